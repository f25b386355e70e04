"""Standing in for what fails: it costs as much again, or takes another of its kind."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="BackupPlan",
        title="Put it into a backup plan",
        problem="Not in a backup plan",
        controls=("DynamoDB.4", "RDS.26", "EC2.28"),
        steps=(
            (
                "See what plans there are: aws backup list-backup-plans, and which tags they select: aws backup"
                " list-backup-selections --backup-plan-id PLAN"
            ),
            "Best by tag: give the resource the tag that a plan selects; it is in the next backup.",
            (
                "No plan yet: aws backup create-backup-plan --backup-plan file://plan.json, and aws backup"
                " create-backup-selection --backup-plan-id PLAN --backup-selection file://selection.json with the"
                " role AWSBackupDefaultServiceRole."
            ),
            "See in a day: aws backup list-recovery-points-by-resource --resource-arn ARN",
        ),
        why_no_fix="how often, how long and where to is a decision about money and about what may be lost",
    ),
    Guidance(
        id="SearchNodes",
        title="Give the search domain enough nodes",
        problem="Search domain does not survive the loss of a node",
        controls=("ES.6", "Opensearch.6", "Opensearch.11"),
        steps=(
            (
                "Every index needs a replica: GET _cat/indices?v shows rep; where it is 0, PUT INDEX/_settings"
                ' {"number_of_replicas": 1}.'
            ),
            (
                "aws opensearch update-domain-config --domain-name NAME --cluster-config"
                " InstanceCount=3,ZoneAwarenessEnabled=true,ZoneAwarenessConfig={AvailabilityZoneCount=3}"
            ),
            (
                "Opensearch.11: DedicatedMasterEnabled=true,DedicatedMasterCount=3,DedicatedMasterType=TYPE in the"
                " same call. In a VPC it takes a subnet in each zone."
            ),
            (
                "The domain is copied meanwhile (blue/green): not at a busy time. See aws opensearch"
                " describe-domain-change-progress --domain-name NAME"
            ),
        ),
        why_no_fix="it is three times the price, and the copying loads the domain for hours",
    ),
    Guidance(
        id="SpareFileSystem",
        title="Move the files to a Multi-AZ file system",
        problem="File system in one zone",
        controls=("FSx.3", "FSx.4", "FSx.5"),
        steps=(
            (
                "aws fsx create-file-system with the same size and throughput in two subnets, DeploymentType"
                " MULTI_AZ_1; Windows and ONTAP: aws fsx create-backup --file-system-id OLD, and restore it so where"
                " FSx lets you."
            ),
            "Copy with AWS DataSync, once and then what has changed (ONTAP: SnapMirror).",
            "Stop the writers, copy the rest, point the DNS alias or the mounts at the new one.",
            "aws fsx delete-file-system --file-system-id OLD, with a last backup.",
        ),
        why_no_fix="FSx decides this when a file system is made",
    ),
    Guidance(
        id="FunctionZones",
        title="Give the function subnets in several zones",
        problem="Function in one zone",
        controls=("Lambda.5",),
        steps=(
            "aws lambda get-function-configuration --function-name FUNCTION: its subnets and security groups.",
            (
                "Choose a subnet in another zone, with the same routes (NAT gateway, endpoints) and addresses to"
                " spare; its database must let that subnet in."
            ),
            (
                "aws lambda update-function-configuration --function-name FUNCTION --vpc-config"
                " SubnetIds=A,B,SecurityGroupIds=GROUP"
            ),
        ),
        why_no_fix="which subnets reach the same things cannot be told from their names",
    ),
    Guidance(
        id="FirewallZones",
        title="Give the firewall an endpoint in each zone",
        problem="Network firewall in one zone",
        controls=("NetworkFirewall.1",),
        steps=(
            "Make a subnet for it in each zone that has workloads.",
            "aws network-firewall associate-subnets --firewall-arn ARN --subnet-mappings SubnetId=SUBNET",
            (
                "When the endpoint is READY (aws network-firewall describe-firewall --firewall-arn ARN): let each"
                " zone's route table lead to its own endpoint, both ways."
            ),
        ),
        why_no_fix="routes have to change with it, and each endpoint is paid by the hour",
    ),
    Guidance(
        id="WarehouseZones",
        title="Let the warehouse stand in several zones",
        problem="Warehouse in one zone",
        controls=("Redshift.16", "Redshift.18"),
        steps=(
            (
                "Redshift.16: aws redshift modify-cluster-subnet-group --cluster-subnet-group-name NAME --subnet-ids"
                " A B C, of at least two zones (three for Multi-AZ)."
            ),
            (
                "Redshift.18 needs RA3 nodes, and a port of 5431–5455 or 8191–8215: aws redshift describe-clusters"
                " --cluster-identifier CLUSTER"
            ),
            "aws redshift modify-cluster --cluster-identifier CLUSTER --multi-az",
        ),
        why_no_fix="Multi-AZ is twice the price, and not every cluster can have it",
    ),
    Guidance(
        id="GraphZones",
        title="Give the Neptune cluster a reader in another zone",
        problem="Neptune cluster in one zone",
        controls=("Neptune.9",),
        steps=(
            "aws neptune describe-db-clusters --db-cluster-identifier CLUSTER: its members' zones and classes.",
            (
                "aws neptune create-db-instance --db-cluster-identifier CLUSTER --db-instance-identifier CLUSTER-2"
                " --engine neptune --db-instance-class CLASS --availability-zone ANOTHER"
            ),
            "Let readers use the reader endpoint.",
        ),
        why_no_fix="it is another instance to pay for, of a class that its owners choose",
    ),
    Guidance(
        id="EndpointInstances",
        title="Run the model on more than one instance",
        problem="Model endpoint of one instance",
        controls=("SageMaker.4",),
        steps=(
            "aws sagemaker describe-endpoint-config --endpoint-config-name OLD, and keep what it says.",
            (
                "aws sagemaker create-endpoint-config --endpoint-config-name NEW --production-variants with"
                " InitialInstanceCount 2 or more."
            ),
            (
                "aws sagemaker update-endpoint --endpoint-name NAME --endpoint-config-name NEW; the old instances"
                " serve until the new ones do."
            ),
        ),
        why_no_fix="each instance costs as much as the first",
    ),
    Guidance(
        id="VpnTunnels",
        title="Bring the second tunnel up",
        problem="VPN with a tunnel down",
        controls=("EC2.20",),
        steps=(
            (
                "aws ec2 describe-vpn-connections --vpn-connection-ids ID: VgwTelemetry says which tunnel is down,"
                " and since when."
            ),
            (
                "aws ec2 get-vpn-tunnel-replacement-status --vpn-connection-id ID --vpn-tunnel-outside-ip-address"
                " TUNNEL: is AWS at work on it?"
            ),
            (
                "At the customer gateway: is the second tunnel configured, are UDP 500 and 4500 and ESP let through,"
                " do key and proposals match?"
            ),
            "A tunnel without traffic goes down: let the gateway send a ping through it, or DPD start it.",
        ),
        why_no_fix="the tunnel's other end is not in AWS",
    ),
    Guidance(
        id="EventReplication",
        title="Replicate the endpoint's events",
        problem="Global endpoint without replication",
        controls=("EventBridge.4",),
        steps=(
            "Make a role that events.amazonaws.com may assume, with events:PutEvents on both buses.",
            "aws events update-endpoint --name NAME --replication-config State=ENABLED --role-arn ROLE",
            (
                "Rules of the second Region see every event from then on: make them idempotent, or let them wait for"
                " a failover."
            ),
        ),
        why_no_fix="every event is then worked on in both Regions, which their rules must bear",
    ),
    Guidance(
        id="Backtrack",
        title="Let the cluster be turned back in time",
        problem="Aurora cluster without backtracking",
        controls=("RDS.14",),
        steps=(
            (
                "It can be turned on for a new, a restored or a cloned cluster only: aws rds"
                " restore-db-cluster-to-point-in-time --source-db-cluster-identifier OLD --db-cluster-identifier NEW"
                " --use-latest-restorable-time --backtrack-window 86400"
            ),
            "Make its instances; in a window: stop the writers, do it once more, change the names.",
            (
                "Point-in-time recovery does the same into another cluster, slower: is that enough? Then exempt it."
                " Not every version can have it."
            ),
        ),
        why_no_fix="Aurora decides this when a cluster is made",
    ),
    Guidance(
        id="BrokerDeployment",
        title="Make the broker anew with a standby",
        problem="Broker of one instance",
        controls=("MQ.5", "MQ.6"),
        steps=(
            (
                "aws mq create-broker with the same engine, version and users, --deployment-mode"
                " ACTIVE_STANDBY_MULTI_AZ (RabbitMQ: CLUSTER_MULTI_AZ)."
            ),
            "Give clients the new endpoints: with failover:( ) for ActiveMQ.",
            "Let consumers drain the old broker, move the producers, then: aws mq delete-broker --broker-id OLD",
        ),
        why_no_fix="MQ decides this when a broker is made",
    ),
)
