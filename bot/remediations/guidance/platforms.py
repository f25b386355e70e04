"""Platforms whose settings are decided when something is made, or cannot be changed back."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="ShortCertificateKey",
        title="Replace the certificate by one with a longer key",
        problem="Certificate with a short RSA key",
        controls=("ACM.2",),
        steps=(
            "See what uses it: aws acm describe-certificate --certificate-arn ARN, InUseBy.",
            (
                "aws acm request-certificate --domain-name NAME --validation-method DNS --key-algorithm RSA_2048 (or"
                " EC_prime256v1)"
            ),
            "Put the record that it asks for into the zone, and wait until it is ISSUED.",
            "Name the new ARN wherever the old one is in use: listeners, distributions, API domains.",
            "aws acm delete-certificate of the old one, when InUseBy is empty.",
        ),
        why_no_fix="a key's length cannot be changed, and only who holds the domain can prove a new certificate",
    ),
    Guidance(
        id="ApiKeyAuthorisation",
        title="Let callers of the GraphQL API prove who they are",
        problem="GraphQL API with API keys",
        controls=("AppSync.5",),
        steps=(
            (
                "Add another way in beside the keys: aws appsync update-graphql-api --api-id ID --name NAME"
                " --authentication-type API_KEY --additional-authentication-providers authenticationType=AWS_IAM, and"
                " all else that it has: the call replaces the whole (aws appsync get-graphql-api --api-id ID)."
            ),
            "Mark types and fields for it (@aws_iam, @aws_cognito_user_pools), and move the clients, one by one.",
            "See who still comes with a key: in the field-level log, requests with the header x-api-key.",
            (
                "Make the other way the main one, in the same way: aws appsync update-graphql-api --api-id ID"
                " --name NAME --authentication-type AWS_IAM, and all else that it has."
            ),
            "aws appsync delete-api-key for each that is left.",
        ),
        why_no_fix="every client that has only a key would be cut off",
    ),
    Guidance(
        id="PublicAgentRuntime",
        title="Let the agent runtime use the VPC's network",
        problem="Agent runtime has the public network",
        controls=("BedrockAgentCore.1",),
        steps=(
            "Choose private subnets and a security group that let out only what the agent's tools need.",
            "Give the subnets VPC endpoints (ECR, S3, logs, bedrock-runtime), or a NAT gateway for what is outside.",
            (
                "aws bedrock-agentcore-control get-agent-runtime, and keep what it says;"
                " aws bedrock-agentcore-control update-agent-runtime with all of it, and"
                " --network-configuration networkMode=VPC,networkModeConfig={subnets=[…],securityGroups=[…]}."
            ),
            "Test the new version by its own endpoint before DEFAULT moves to it.",
        ),
        why_no_fix="which subnets reach what the agent needs cannot be known from its settings",
    ),
    Guidance(
        id="OpenAgentGateway",
        title="Let only known callers through the gateway",
        problem="Agent gateway asks nobody who they are",
        controls=("BedrockAgentCore.2",),
        steps=(
            "Take what is behind it as public until then: see who called in CloudTrail and in the gateway's log.",
            (
                "Choose AWS_IAM for callers in AWS, or CUSTOM_JWT with the discovery URL and audiences of your"
                " identity provider."
            ),
            (
                "aws bedrock-agentcore-control create-gateway with --authorizer-type and the same targets, where"
                " update-gateway refuses to change the type."
            ),
            "Move the clients, and delete the old gateway.",
        ),
        why_no_fix="every caller would be cut off until it has credentials, and which kind it can have is not known",
    ),
    Guidance(
        id="DefaultCacheSubnets",
        title="Move the cache into a subnet group of its own",
        problem="Cache lies in the default subnet group",
        controls=("ElastiCache.7",),
        steps=(
            "aws elasticache create-cache-subnet-group --cache-subnet-group-name NAME --subnet-ids PRIVATE-SUBNETS …",
            "aws elasticache create-snapshot of the cache (Redis OSS and Valkey; memcached starts empty).",
            "Make a new one from it: --snapshot-name, --cache-subnet-group-name NAME, with the same security groups.",
            "Point the clients at the new endpoint, and delete the old cache when its CurrConnections are none.",
        ),
        why_no_fix="ElastiCache decides the subnet group when a cache is made",
    ),
    Guidance(
        id="BeanstalkUpdates",
        title="Let Beanstalk update the platform in a window",
        problem="Beanstalk platform is not updated by itself",
        controls=("ElasticBeanstalk.2",),
        steps=(
            (
                "Enhanced health and a service role have to be there: aws elasticbeanstalk"
                " describe-configuration-settings."
            ),
            (
                "aws elasticbeanstalk update-environment --environment-name E --option-settings"
                " Namespace=aws:elasticbeanstalk:managedactions,OptionName=ManagedActionsEnabled,Value=true"
                " Namespace=aws:elasticbeanstalk:managedactions,OptionName=PreferredStartTime,Value=Sun:03:00"
                " Namespace=aws:elasticbeanstalk:managedactions:platformupdate,OptionName=UpdateLevel,Value=minor"
            ),
            "Rehearse one update in an environment for tests: instances are replaced.",
        ),
        why_no_fix=(
            "Beanstalk carries an update out with its caller's rights to EC2, CloudFormation and S3, which the bot"
            " lacks"
        ),
    ),
    Guidance(
        id="BeanstalkLogs",
        title="Stream the environment's logs to CloudWatch",
        problem="Beanstalk logs stay on the instances",
        controls=("ElasticBeanstalk.3",),
        steps=(
            "Let the instance profile write logs: AWSElasticBeanstalkWebTier (or WorkerTier) has it.",
            (
                "aws elasticbeanstalk update-environment --environment-name E --option-settings"
                " Namespace=aws:elasticbeanstalk:cloudwatch:logs,OptionName=StreamLogs,Value=true"
                " Namespace=aws:elasticbeanstalk:cloudwatch:logs,OptionName=RetentionInDays,Value=365"
            ),
            "Set it in .ebextensions or the saved configuration, too, or the next environment lacks it.",
        ),
        why_no_fix=(
            "Beanstalk carries an update out with its caller's rights to EC2, CloudFormation and S3, which the bot"
            " lacks"
        ),
    ),
    Guidance(
        id="PublicPrimaryNode",
        title="Start the cluster again in a private subnet",
        problem="EMR primary node has a public address",
        controls=("EMR.1",),
        steps=(
            "Meanwhile let nobody in: no rules from everywhere in ElasticMapReduce-master and the additional groups.",
            "Prepare a private subnet with a NAT gateway or with VPC endpoints for S3, EMR, logs and KMS.",
            (
                "aws emr describe-cluster, and start the same with Ec2SubnetId of it; set it in what starts the"
                " clusters, too."
            ),
            "Long-running: copy HDFS with s3-dist-cp, move the steps, aws emr terminate-clusters of the old one.",
        ),
        why_no_fix="a running cluster cannot move to another subnet",
    ),
    Guidance(
        id="FineGrainedSearch",
        title="Turn on fine-grained access control",
        problem="Search domain without fine-grained access control",
        controls=("Opensearch.7", "ES.7"),
        steps=(
            (
                "It takes encryption at rest, node-to-node encryption and HTTPS: turn those on first (each is a"
                " deployment)."
            ),
            (
                "aws opensearch update-domain-config --domain-name D --advanced-security-options Enabled=true,"
                "AnonymousAuthEnabled=true,MasterUserOptions={MasterUserARN=ROLE}: callers go on as they are for"
                " 30 days."
            ),
            (
                "Map roles in OpenSearch Dashboards, Security, for each caller, and see in the audit log that they"
                " are used."
            ),
            (
                "aws opensearch update-domain-config --domain-name D --advanced-security-options"
                " AnonymousAuthEnabled=false: from then on whoever has no role is refused."
            ),
        ),
        why_no_fix="it cannot be turned off again, and callers without a mapped role are refused",
    ),
    Guidance(
        id="OpenWarehousePort",
        title="Let only known networks reach the warehouse's port",
        problem="Redshift port open to the world",
        controls=("Redshift.15",),
        steps=(
            "aws redshift describe-clusters --cluster-identifier C: Endpoint.Port and VpcSecurityGroups.",
            "See who connects: SELECT DISTINCT remotehost FROM stl_connection_log, of the days that it keeps.",
            "For each group: aws ec2 authorize-security-group-ingress for those networks or groups.",
            "aws ec2 revoke-security-group-ingress for 0.0.0.0/0 and ::/0; a group may be other resources', too.",
            "Where nobody is outside, Redshift.1 takes the cluster off the internet altogether.",
        ),
        why_no_fix="the rules belong to security groups that other resources may share, and who connects is not known",
    ),
    Guidance(
        id="NotebookNetwork",
        title="Make the notebook anew in your VPC",
        problem="Notebook has the internet or lies outside your VPC",
        controls=("SageMaker.1", "SageMaker.2"),
        steps=(
            (
                "Prepare a private subnet with VPC endpoints for sagemaker.api, sagemaker.runtime and S3, or a NAT"
                " gateway."
            ),
            "Save the work: push it, or copy /home/ec2-user/SageMaker to S3.",
            (
                "aws sagemaker create-notebook-instance with --subnet-id, --security-group-ids,"
                " --direct-internet-access"
                " Disabled, and the same role, type and lifecycle configuration."
            ),
            "aws sagemaker stop-notebook-instance and delete-notebook-instance of the old one, when the work is there.",
        ),
        why_no_fix="SageMaker decides both when a notebook is made",
    ),
    Guidance(
        id="UnpatchedInstance",
        title="Install the missing patches",
        problem="Instance lacks patches of its baseline",
        controls=("SSM.2",),
        steps=(
            "See which: aws ssm describe-instance-patches --instance-id I --filters Key=State,Values=Missing,Failed.",
            (
                "aws ssm send-command --instance-ids I --document-name AWS-RunPatchBaseline --parameters"
                " Operation=Install,RebootOption=RebootIfNeeded"
            ),
            "In a window, and one of a pair at a time: it may restart. InstalledPendingReboot counts as not compliant.",
            "So that it stays so: a patch policy in Systems Manager Quick Setup, with a schedule.",
        ),
        why_no_fix="patches cannot be taken back, restart the machine, and may break what runs on it",
    ),
)
