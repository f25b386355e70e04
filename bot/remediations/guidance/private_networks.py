"""Resources that have to move into a VPC or a private subnet, mostly by being recreated."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="PrivateSubnets",
        title="Move the database to private subnets",
        problem="Database in subnets with a route to the internet",
        controls=("RDS.18", "RDS.46"),
        steps=(
            "First RDS.2: without a public address the route does little harm.",
            (
                "aws rds modify-db-subnet-group --db-subnet-group-name G --subnet-ids PRIVATE … NOW, where NOW is"
                " its current public subnet, which cannot be removed yet."
            ),
            (
                "aws rds modify-db-instance --db-instance-identifier DB --multi-az --apply-immediately: the standby"
                " starts in a private subnet of another zone. Meanwhile the price doubles."
            ),
            (
                "In a maintenance window: aws rds reboot-db-instance --db-instance-identifier DB --force-failover."
                " Clients are disconnected for a minute or two, and the DNS name stays."
            ),
            (
                "aws rds modify-db-instance --db-instance-identifier DB --no-multi-az --apply-immediately, then aws"
                " rds modify-db-subnet-group --db-subnet-group-name G --subnet-ids PRIVATE …; add a standby again if"
                " wanted."
            ),
            "Aurora: the same with a reader that is recreated in a private subnet, and a failover to it.",
        ),
        why_no_fix="it takes an outage, and it is not known which subnets are suitable",
    ),
    Guidance(
        id="PublicMountTarget",
        title="Move the mount target to a private subnet",
        problem="Mount target in a public subnet",
        controls=("EFS.6",),
        steps=(
            "Alternatively EC2.15: a subnet that assigns no public addresses at launch satisfies the control, too.",
            (
                "aws efs describe-mount-targets --file-system-id FS; a zone can have only one mount target, so it"
                " has none for some minutes."
            ),
            "Stop its clients in that zone, aws efs delete-mount-target --mount-target-id ID",
            (
                "aws efs create-mount-target --file-system-id FS --subnet-id PRIVATE --security-groups GROUP, wait"
                " until it is available, and start the clients; its address changes, its DNS name does not."
            ),
        ),
        why_no_fix="clients that mount it in that zone hang until there is another one",
    ),
    Guidance(
        id="PublicReplicationInstance",
        title="Replace the replication instance with a private one",
        problem="Public DMS replication instance",
        controls=("DMS.1",),
        steps=(
            (
                "Block access meanwhile: remove inbound rules from everywhere from its security groups (a"
                " replication instance needs none)."
            ),
            (
                "aws dms create-replication-instance --no-publicly-accessible with the same class, storage, engine"
                " version, subnet group and security groups."
            ),
            "Check that it reaches source and target: aws dms test-connection, for both endpoints.",
            (
                "Stop each task; aws dms move-replication-task --replication-task-arn TASK"
                " --target-replication-instance-arn NEW; start it with resume-processing."
            ),
            "aws dms delete-replication-instance of the old one, when no task is left on it.",
        ),
        why_no_fix="DMS sets this when an instance is created and cannot change it",
    ),
    Guidance(
        id="PublicSearchDomain",
        title="Move the domain into a VPC",
        problem="Search domain has a public endpoint",
        controls=("ES.2", "Opensearch.2"),
        steps=(
            (
                "Restrict access meanwhile: an access policy that names roles, no Principal *, and fine-grained"
                " access control."
            ),
            "aws opensearch create-domain with --vpc-options SubnetIds,SecurityGroupIds and the same engine and size.",
            (
                "Register a repository in S3 at both (_snapshot), take a snapshot of the old one, and restore it"
                " into the new one."
            ),
            (
                "Point writers and readers at the new endpoint; they need a route into the VPC (a peering, a VPN, a"
                " VPC endpoint of OpenSearch)."
            ),
            "aws opensearch delete-domain of the old one, when its metrics show no requests for a week.",
        ),
        why_no_fix=(
            "a domain cannot be moved from a public endpoint into a VPC: it takes a new one with another endpoint"
        ),
    ),
    Guidance(
        id="PublicPrimaryNode",
        title="Recreate the cluster in a private subnet",
        problem="EMR primary node has a public address",
        controls=("EMR.1",),
        steps=(
            "Block access meanwhile: no rules from everywhere in ElasticMapReduce-master and the additional groups.",
            "Prepare a private subnet with a NAT gateway or with VPC endpoints for S3, EMR, logs and KMS.",
            (
                "aws emr describe-cluster, and start the same cluster with the Ec2SubnetId of that subnet; change it"
                " in what starts the clusters, too."
            ),
            (
                "Long-running clusters: copy HDFS with s3-dist-cp, move the steps, aws emr terminate-clusters of the"
                " old one."
            ),
        ),
        why_no_fix="a running cluster cannot move to another subnet",
    ),
    Guidance(
        id="NotebookNetwork",
        title="Recreate the notebook in your VPC",
        problem="Notebook has internet access or is outside your VPC",
        controls=("SageMaker.1", "SageMaker.2"),
        steps=(
            (
                "Prepare a private subnet with VPC endpoints for sagemaker.api, sagemaker.runtime and S3, or a NAT"
                " gateway."
            ),
            "Save the work: push it, or copy /home/ec2-user/SageMaker to S3.",
            (
                "aws sagemaker create-notebook-instance with --subnet-id, --security-group-ids,"
                " --direct-internet-access Disabled, and the same role, type and lifecycle configuration."
            ),
            (
                "aws sagemaker stop-notebook-instance and delete-notebook-instance of the old one, when the work is"
                " copied."
            ),
        ),
        why_no_fix="SageMaker sets both when a notebook is created",
    ),
    Guidance(
        id="ModelWithAWayOut",
        title="Recreate the model with network isolation",
        problem="Model without network isolation",
        controls=("SageMaker.5",),
        steps=(
            (
                "With isolation, its containers reach neither the internet nor S3: artifacts come from ModelDataUrl,"
                " data from the request."
            ),
            (
                "aws sagemaker create-model --model-name NEW --enable-network-isolation, with all fields of aws"
                " sagemaker describe-model --model-name OLD."
            ),
            (
                "Use it in endpoints and jobs: aws sagemaker create-endpoint-config, aws sagemaker update-endpoint"
                " --endpoint-name NAME --endpoint-config-name NEW"
            ),
            "aws sagemaker delete-model --model-name OLD",
        ),
        why_no_fix=(
            "SageMaker sets this when a model is created, and a container that downloads something at startup then"
            " fails"
        ),
    ),
    Guidance(
        id="PublicAgentRuntime",
        title="Run the agent runtime in a VPC",
        problem="Agent runtime uses the public network",
        controls=("BedrockAgentCore.1",),
        steps=(
            (
                "Choose private subnets and a security group that allow only the outbound traffic that the agent's"
                " tools need."
            ),
            (
                "Give the subnets VPC endpoints (ECR, S3, logs, bedrock-runtime), or a NAT gateway for destinations"
                " outside."
            ),
            (
                "aws bedrock-agentcore-control get-agent-runtime, and save the output; aws bedrock-agentcore-control"
                " update-agent-runtime with all of it, and --network-configuration"
                " networkMode=VPC,networkModeConfig={subnets=[…],securityGroups=[…]}."
            ),
            "Test the new version at its own endpoint before DEFAULT moves to it.",
        ),
        why_no_fix="the settings do not show which subnets reach what the agent needs",
    ),
    Guidance(
        id="DefaultCacheSubnets",
        title="Move the cache into a custom subnet group",
        problem="Cache uses the default subnet group",
        controls=("ElastiCache.7",),
        steps=(
            "aws elasticache create-cache-subnet-group --cache-subnet-group-name NAME --subnet-ids PRIVATE-SUBNETS …",
            "aws elasticache create-snapshot of the cache (Redis OSS and Valkey; memcached starts empty).",
            "Create a new one from it: --snapshot-name, --cache-subnet-group-name NAME, with the same security groups.",
            "Point the clients at the new endpoint, and delete the old cache when its CurrConnections are 0.",
        ),
        why_no_fix="ElastiCache sets the subnet group when a cache is created",
    ),
    Guidance(
        id="FunctionInVpc",
        title="Move the function into a VPC, or exempt it",
        problem="Function is not in a VPC",
        controls=("Lambda.3",),
        steps=(
            (
                "Check whether it reaches anything private. If not, a VPC adds cost and causes of failure: exempt it"
                " with that reason."
            ),
            (
                "Its role needs AWSLambdaVPCAccessExecutionRole; destinations outside the VPC need a NAT gateway or"
                " VPC endpoints."
            ),
            (
                "aws lambda update-function-configuration --function-name FUNCTION --vpc-config"
                " SubnetIds=A,B,SecurityGroupIds=GROUP"
            ),
        ),
        why_no_fix="inside a VPC, it reaches nothing outside until there are routes for it",
    ),
)
