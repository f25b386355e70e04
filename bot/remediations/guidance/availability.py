"""Redundancy: it costs as much again, or takes another resource."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="BackupPlan",
        title="Add it to a backup plan",
        problem="Not in a backup plan",
        controls=("DynamoDB.4", "RDS.26", "EC2.28"),
        steps=(
            (
                "List the plans: aws backup list-backup-plans, and the tags that they select: aws backup"
                " list-backup-selections --backup-plan-id PLAN"
            ),
            "Preferably by tag: give the resource the tag that a plan selects; it is then part of the next backup.",
            (
                "Without a plan: aws backup create-backup-plan --backup-plan file://plan.json, and aws backup"
                " create-backup-selection --backup-plan-id PLAN --backup-selection file://selection.json with the"
                " role AWSBackupDefaultServiceRole."
            ),
            "Check after a day: aws backup list-recovery-points-by-resource --resource-arn ARN",
        ),
        why_no_fix="frequency, retention and destination are decisions about cost and acceptable data loss",
    ),
    Guidance(
        id="SearchNodes",
        title="Add nodes to the search domain",
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
                " same call. A domain in a VPC needs a subnet in each zone."
            ),
            (
                "The domain is copied during the change (blue/green), so choose a time with little load. Follow it"
                " with aws opensearch describe-domain-change-progress --domain-name NAME"
            ),
        ),
        why_no_fix="it triples the price, and the copy loads the domain for hours",
    ),
    Guidance(
        id="SpareFileSystem",
        title="Move the files to a Multi-AZ file system",
        problem="File system in one zone",
        controls=("FSx.3", "FSx.4", "FSx.5"),
        steps=(
            (
                "aws fsx create-file-system with the same size and throughput in two subnets, DeploymentType"
                " MULTI_AZ_1; Windows and ONTAP: aws fsx create-backup --file-system-id OLD, and restore it with"
                " that type where FSx allows it."
            ),
            "Copy with AWS DataSync, first everything and then the changes (ONTAP: SnapMirror).",
            "Stop the writers, copy the remaining changes, and point the DNS alias or the mounts at the new one.",
            "aws fsx delete-file-system --file-system-id OLD, with a final backup.",
        ),
        why_no_fix="FSx sets this when a file system is created",
    ),
    Guidance(
        id="FunctionZones",
        title="Give the function subnets in several zones",
        problem="Function in one zone",
        controls=("Lambda.5",),
        steps=(
            "aws lambda get-function-configuration --function-name FUNCTION: its subnets and security groups.",
            (
                "Choose a subnet in another zone, with the same routes (NAT gateway, endpoints) and free addresses;"
                " its database has to allow connections from that subnet."
            ),
            (
                "aws lambda update-function-configuration --function-name FUNCTION --vpc-config"
                " SubnetIds=A,B,SecurityGroupIds=GROUP"
            ),
        ),
        why_no_fix="subnet names do not show which subnets reach the same resources",
    ),
    Guidance(
        id="FirewallZones",
        title="Give the firewall an endpoint in each zone",
        problem="Network firewall in one zone",
        controls=("NetworkFirewall.1",),
        steps=(
            "Create a subnet for it in each zone that has workloads.",
            "aws network-firewall associate-subnets --firewall-arn ARN --subnet-mappings SubnetId=SUBNET",
            (
                "When the endpoint is READY (aws network-firewall describe-firewall --firewall-arn ARN): point each"
                " zone's route table at the endpoint of that zone, in both directions."
            ),
        ),
        why_no_fix="routes have to change with it, and each endpoint is billed by the hour",
    ),
    Guidance(
        id="WarehouseZones",
        title="Run the warehouse in several zones",
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
        why_no_fix="Multi-AZ doubles the price, and not every cluster supports it",
    ),
    Guidance(
        id="GraphZones",
        title="Add a reader in another zone to the Neptune cluster",
        problem="Neptune cluster in one zone",
        controls=("Neptune.9",),
        steps=(
            "aws neptune describe-db-clusters --db-cluster-identifier CLUSTER: its members' zones and classes.",
            (
                "aws neptune create-db-instance --db-cluster-identifier CLUSTER --db-instance-identifier CLUSTER-2"
                " --engine neptune --db-instance-class CLASS --availability-zone ANOTHER"
            ),
            "Have readers use the reader endpoint.",
        ),
        why_no_fix="it is another instance to pay for, of a class that its owners choose",
    ),
    Guidance(
        id="EndpointInstances",
        title="Run the model on more than one instance",
        problem="Model endpoint with one instance",
        controls=("SageMaker.4",),
        steps=(
            "aws sagemaker describe-endpoint-config --endpoint-config-name OLD, and save the output.",
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
        title="Restore the second tunnel",
        problem="VPN with a tunnel down",
        controls=("EC2.20",),
        steps=(
            (
                "aws ec2 describe-vpn-connections --vpn-connection-ids ID: VgwTelemetry shows which tunnel is down,"
                " and since when."
            ),
            (
                "aws ec2 get-vpn-tunnel-replacement-status --vpn-connection-id ID --vpn-tunnel-outside-ip-address"
                " TUNNEL shows whether AWS is replacing it."
            ),
            (
                "At the customer gateway, check that the second tunnel is configured, that UDP 500 and 4500 and ESP"
                " are allowed, and that key and proposals match."
            ),
            "A tunnel without traffic goes down: have the gateway send a ping through it, or let DPD start it.",
        ),
        why_no_fix="the other end of the tunnel is not in AWS",
    ),
    Guidance(
        id="EventReplication",
        title="Replicate the endpoint's events",
        problem="Global endpoint without replication",
        controls=("EventBridge.4",),
        steps=(
            "Create a role that events.amazonaws.com may assume, with events:PutEvents on both buses.",
            "aws events update-endpoint --name NAME --replication-config State=ENABLED --role-arn ROLE",
            (
                "Rules of the second Region then receive every event: make them idempotent, or disable them until a"
                " failover."
            ),
        ),
        why_no_fix="every event is then processed in both Regions, which their rules have to support",
    ),
    Guidance(
        id="Backtrack",
        title="Turn on backtracking",
        problem="Aurora cluster without backtracking",
        controls=("RDS.14",),
        steps=(
            (
                "It can be turned on only for a new, restored or cloned cluster: aws rds"
                " restore-db-cluster-to-point-in-time --source-db-cluster-identifier OLD --db-cluster-identifier NEW"
                " --use-latest-restorable-time --backtrack-window 86400"
            ),
            (
                "Create its instances; in a maintenance window: stop the writers, repeat these steps, and exchange"
                " the names."
            ),
            (
                "Point-in-time recovery does the same into another cluster, but slower. If that is enough, exempt"
                " the cluster. Not every version supports backtracking."
            ),
        ),
        why_no_fix="Aurora sets this when a cluster is created",
    ),
    Guidance(
        id="BrokerDeployment",
        title="Recreate the broker with a standby",
        problem="Broker with one instance",
        controls=("MQ.5", "MQ.6"),
        steps=(
            (
                "aws mq create-broker with the same engine, version and users, --deployment-mode"
                " ACTIVE_STANDBY_MULTI_AZ (RabbitMQ: CLUSTER_MULTI_AZ)."
            ),
            "Configure the new endpoints in the clients: with failover:( ) for ActiveMQ.",
            "Let consumers drain the old broker, move the producers, then: aws mq delete-broker --broker-id OLD",
        ),
        why_no_fix="MQ sets this when a broker is created",
    ),
    Guidance(
        id="ClusterZones",
        title="Add a reader in another zone to the cluster",
        problem="Cluster in only one zone",
        controls=("RDS.15",),
        steps=(
            (
                "aws rds create-db-instance --db-cluster-identifier C --db-instance-identifier C-2 --engine …"
                " --db-instance-class as the writer's --availability-zone ANOTHER"
            ),
        ),
        why_no_fix="it is another instance to pay for, of a class that its owners choose",
    ),
    Guidance(
        id="SeveralZones",
        title="Use several zones",
        problem="Resource uses one zone or one instance type",
        controls=("AutoScaling.2", "AutoScaling.6", "ELB.10", "ELB.13"),
        steps=(
            "Check that the other zone has a subnet with the same routes, and that the data is reachable from there.",
            "Auto Scaling: update-auto-scaling-group --vpc-zone-identifier A,B; types in a mixed instances policy.",
            "Load balancers: elbv2 set-subnets --subnets A B, or elb enable-availability-zones-for-load-balancer.",
        ),
        why_no_fix="only its owners know which subnets are suitable, and what traffic between zones costs",
    ),
)
