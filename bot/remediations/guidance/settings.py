"""Smaller matters that take a choice or a restart."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="EnhancedHealth",
        title="Report the environment's health",
        problem="Environment without enhanced health",
        controls=("ElasticBeanstalk.1",),
        steps=(
            (
                "Its instances need the role of AWSElasticBeanstalkWebTier, its service role"
                " AWSElasticBeanstalkEnhancedHealth."
            ),
            (
                "aws elasticbeanstalk update-environment --environment-name NAME --option-settings"
                " Namespace=aws:elasticbeanstalk:healthreporting:system,OptionName=SystemType,Value=enhanced"
            ),
            "Instances may be replaced: by the environment's own update policy, or in a window.",
        ),
        why_no_fix="Beanstalk updates the environment with it, and may replace its instances",
    ),
    Guidance(
        id="CopyFileSystemTags",
        title="Copy the file system's tags to its backups",
        problem="Backups without their file system's tags",
        controls=("FSx.1", "FSx.2"),
        steps=(
            (
                "FSx.1: aws fsx update-file-system --file-system-id FS --open-zfs-configuration"
                " CopyTagsToBackups=true,CopyTagsToVolumes=true"
            ),
            (
                "FSx.2, Lustre: it is decided when a file system is made. At the next one: aws fsx"
                " create-file-system --lustre-configuration CopyTagsToBackups=true, and tag backups by hand until"
                " then."
            ),
        ),
        why_no_fix="Lustre cannot be changed, and for OpenZFS tags of volumes that people have set are overwritten",
    ),
    Guidance(
        id="FunctionInVpc",
        title="Move the function into a VPC, or exempt it",
        problem="Function outside of a VPC",
        controls=("Lambda.3",),
        steps=(
            (
                "Does it reach anything private? If not, a VPC adds cost and causes of failure: exempt it with that"
                " reason."
            ),
            (
                "Its role needs AWSLambdaVPCAccessExecutionRole; what it reaches outside needs a NAT gateway or VPC"
                " endpoints."
            ),
            (
                "aws lambda update-function-configuration --function-name FUNCTION --vpc-config"
                " SubnetIds=A,B,SecurityGroupIds=GROUP"
            ),
        ),
        why_no_fix="inside, it reaches nothing outside until routes are made for it",
    ),
    Guidance(
        id="BrokerMonitoring",
        title="Watch the brokers more closely",
        problem="MSK cluster with basic monitoring",
        controls=("MSK.2",),
        steps=(
            "aws kafka describe-cluster-v2 --cluster-arn ARN: its CurrentVersion, and that its state is ACTIVE.",
            (
                "aws kafka update-monitoring --cluster-arn ARN --current-version VERSION --enhanced-monitoring"
                " PER_TOPIC_PER_BROKER"
            ),
            "The metrics cost by number of topics and brokers: see the bill after a day.",
        ),
        why_no_fix="the price goes by topics, which may be thousands",
    ),
    Guidance(
        id="DatabaseEvents",
        title="Subscribe to the events that matter",
        problem="Events of databases reach nobody",
        controls=("RDS.19", "RDS.20", "RDS.21", "RDS.22"),
        steps=(
            "Make a topic that people read, and let events.rds.amazonaws.com publish to it.",
            (
                "RDS.19: source type db-cluster, maintenance and failure. RDS.20: db-instance, maintenance,"
                " configuration change and failure. RDS.21: db-parameter-group, configuration change. RDS.22:"
                " db-security-group, configuration change and failure."
            ),
            (
                "aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC --source-type"
                " db-cluster --event-categories maintenance failure --enabled"
            ),
            (
                "One that is there: aws rds modify-event-subscription --subscription-name NAME --event-categories,"
                " with those that it has."
            ),
        ),
        why_no_fix="whom these events wake up at night is for those to say who are woken",
    ),
    Guidance(
        id="FailedAssociation",
        title="Find out why the association fails",
        problem="Association that is not compliant",
        controls=("SSM.3",),
        steps=(
            (
                "aws ssm list-compliance-items --resource-ids INSTANCE --resource-types ManagedInstance --filters"
                " Key=ComplianceType,Values=Association: which one, since when."
            ),
            (
                "aws ssm describe-association-executions --association-id ID, then aws ssm"
                " describe-association-execution-targets --association-id ID --execution-id EXECUTION: its error."
            ),
            "Mend the document, its parameters or the instance; aws ssm start-associations-once --association-ids ID",
        ),
        why_no_fix="the cause is in a document or on the instance, and running it again repeats it",
    ),
)
