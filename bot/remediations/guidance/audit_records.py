"""Logs, records and databases without a safe fix: exact steps for a person, and why the bot does not take them."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="MakeTrail",
        title="Make a trail of all Regions",
        problem="Calls are not recorded",
        controls=("CloudTrail.1", "CloudTrail.3"),
        steps=(
            "In an organisation: one trail for all accounts, from the management account, --is-organization-trail.",
            (
                "Make the bucket in the account for logs; its policy lets cloudtrail.amazonaws.com write under the "
                "condition aws:SourceArn = the trail's ARN, and with Block Public Access."
            ),
            "aws cloudtrail create-trail --name T --s3-bucket-name B --is-multi-region-trail",
            "aws cloudtrail update-trail --name T --enable-log-file-validation; aws cloudtrail start-logging --name T",
        ),
        why_no_fix="where an organisation keeps its records is decided once and above the account; each further trail "
        "is paid for by the event",
    ),
    Guidance(
        id="EventDataStoreKey",
        title="Make the event data store anew, with a key",
        problem="Event data store without a key of your own",
        controls=("CloudTrail.10",),
        steps=(
            "aws cloudtrail create-event-data-store --name N --kms-key-id KEY with the same selectors and retention.",
            "aws cloudtrail stop-event-data-store-ingestion for the old one; keep it while its events are asked for.",
        ),
        why_no_fix="a key cannot be taken out of an event data store again, and events without their key are lost",
    ),
    Guidance(
        id="RecordConfiguration",
        title="Turn on AWS Config",
        problem="Resources are not recorded",
        controls=("Config.1",),
        steps=(
            "In an organisation: with Control Tower, or the quick setup of Systems Manager, for all accounts.",
            "aws iam create-service-linked-role --aws-service-name config.amazonaws.com",
            (
                "aws configservice put-configuration-recorder --configuration-recorder name=default,"
                "roleARN=arn:aws:iam::ACCOUNT:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig "
                "--recording-group allSupported=true,includeGlobalResourceTypes=true (the latter in one Region)"
            ),
            "aws configservice put-delivery-channel --delivery-channel name=default,s3BucketName=B",
            "aws configservice start-configuration-recorder --configuration-recorder-name default",
        ),
        why_no_fix="it is paid for by every change of every resource, and the one recorder of a Region may be another "
        "team's",
    ),
    Guidance(
        id="AlarmActions",
        title="Let the alarm tell somebody",
        problem="Alarm tells nobody",
        controls=("CloudWatch.15", "CloudWatch.17"),
        steps=(
            "Ask its owner whom it shall tell, and whether its actions were turned off on purpose (a maintenance?).",
            "aws cloudwatch enable-alarm-actions --alarm-names A",
            "aws cloudwatch put-metric-alarm with everything that it has (describe-alarms) and --alarm-actions TOPIC.",
        ),
        why_no_fix="an action may scale, stop or reboot something: an alarm that is in alarm now acts at once",
    ),
    Guidance(
        id="EncryptSnapshot",
        title="Copy the snapshot with a key",
        problem="Unencrypted database snapshot",
        controls=("RDS.4",),
        steps=(
            (
                "aws rds copy-db-snapshot --source-db-snapshot-identifier S --target-db-snapshot-identifier S-copy "
                "--kms-key-id KEY --copy-tags (clusters: copy-db-cluster-snapshot)"
            ),
            "Restore the copy under a test name, and look at the data.",
            "Only then, and only if nothing names the old one: aws rds delete-db-snapshot.",
        ),
        why_no_fix="a snapshot cannot be encrypted in place, and deleting the original may delete the only good backup",
    ),
    Guidance(
        id="EncryptCluster",
        title="Move the cluster to an encrypted copy",
        problem="Unencrypted database cluster",
        controls=("RDS.27",),
        steps=(
            (
                "aws rds create-db-cluster-snapshot, then aws rds restore-db-cluster-from-snapshot"
                " --db-cluster-identifier NEW --snapshot-identifier S --engine ENGINE --kms-key-id KEY"
            ),
            "Give it instances, parameter and security groups like the old one's.",
            "In a maintenance window: stop the writers, do it once more, change the name or the endpoint.",
        ),
        why_no_fix="RDS cannot encrypt a cluster in place: it takes an outage and another endpoint",
    ),
    Guidance(
        id="DatabasePort",
        title="Leave the engine's default port, or exempt it",
        problem="Database on its default port",
        controls=("RDS.23",),
        steps=(
            "Find who connects (SHOW PROCESSLIST, pg_stat_activity), and prepare their settings.",
            "In a window: aws rds modify-db-instance --db-instance-identifier D --db-port-number N --apply-immediately",
            "Change the rules of the security groups with it.",
        ),
        why_no_fix="it restarts the database and cuts every client off until its settings are changed",
    ),
    Guidance(
        id="AdministratorName",
        title="Make the database anew with another administrator",
        problem="Administrator has the engine's default name",
        controls=("RDS.24", "RDS.25"),
        steps=(
            "The name is given at creation only: exempt the database, or move it.",
            "Make a new one with --master-username, copy the data with DMS or a dump, move the clients.",
        ),
        why_no_fix="the name cannot be changed: it takes a new database",
    ),
    Guidance(
        id="PrivateSubnets",
        title="Move the database to private subnets",
        problem="Database in subnets with a way to the internet",
        controls=("RDS.18", "RDS.46"),
        steps=(
            "First RDS.2: without a public address the route harms little.",
            (
                "aws rds modify-db-subnet-group --db-subnet-group-name G --subnet-ids PRIVATE … NOW, where NOW is the"
                " public subnet in which it stands: it cannot be taken out yet."
            ),
            (
                "aws rds modify-db-instance --db-instance-identifier DB --multi-az --apply-immediately: the standby"
                " comes up in a private subnet of another zone. It costs as much again meanwhile."
            ),
            (
                "In a window: aws rds reboot-db-instance --db-instance-identifier DB --force-failover. Clients are cut"
                " off for a minute or two, and the name stays."
            ),
            (
                "aws rds modify-db-instance --db-instance-identifier DB --no-multi-az --apply-immediately, then"
                " aws rds modify-db-subnet-group --db-subnet-group-name G --subnet-ids PRIVATE …; a standby, if wanted,"
                " again."
            ),
            "Aurora: the same with a reader that is made anew in a private subnet, and a failover to it.",
        ),
        why_no_fix="it takes an outage, and which subnets are the right ones is not known",
    ),
    Guidance(
        id="DatabaseSignIn",
        title="Let programs sign in by IAM",
        problem="Database takes passwords only",
        controls=("RDS.10", "RDS.12"),
        steps=(
            (
                "aws rds modify-db-instance --db-instance-identifier DB --enable-iam-database-authentication "
                "(clusters: modify-db-cluster)"
            ),
            "Give the database's users the plugin or role for it (AWSAuthenticationPlugin, rds_iam).",
            "Give programs rds-db:connect for those users, and let them ask for tokens.",
        ),
        why_no_fix="turned on alone it opens one more way in and closes none: it is a change of the programs",
    ),
    Guidance(
        id="ClusterZones",
        title="Give the cluster a reader in another zone",
        problem="Cluster in one zone only",
        controls=("RDS.15",),
        steps=(
            (
                "aws rds create-db-instance --db-cluster-identifier C --db-instance-identifier C-2 --engine … "
                "--db-instance-class as the writer's --availability-zone ANOTHER"
            ),
        ),
        why_no_fix="it is another instance to pay for, of a class that its owners choose",
    ),
)
