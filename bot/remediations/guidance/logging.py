"""Records of API calls and configuration, and logs that need a role, a destination or a restart."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="MakeTrail",
        title="Create a trail for all Regions",
        problem="API calls are not recorded",
        controls=("CloudTrail.1", "CloudTrail.3"),
        steps=(
            "In an organization: one trail for all accounts, from the management account, --is-organization-trail.",
            (
                "Create the bucket in the log archive account, with Block Public Access; its policy allows"
                " cloudtrail.amazonaws.com to write under the condition aws:SourceArn = the trail's ARN."
            ),
            "aws cloudtrail create-trail --name T --s3-bucket-name B --is-multi-region-trail",
            "aws cloudtrail update-trail --name T --enable-log-file-validation; aws cloudtrail start-logging --name T",
        ),
        why_no_fix=(
            "an organization decides once, above the account, where its records are kept; each further trail is"
            " billed per event"
        ),
    ),
    Guidance(
        id="RecordConfiguration",
        title="Turn on AWS Config",
        problem="Resource configurations are not recorded",
        controls=("Config.1",),
        steps=(
            "In an organization: with Control Tower, or the quick setup of Systems Manager, for all accounts.",
            "aws iam create-service-linked-role --aws-service-name config.amazonaws.com",
            (
                "aws configservice put-configuration-recorder --configuration-recorder"
                " name=default,"
                "roleARN=arn:aws:iam::ACCOUNT:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
                " --recording-group allSupported=true,includeGlobalResourceTypes=true (the latter in one Region)"
            ),
            "aws configservice put-delivery-channel --delivery-channel name=default,s3BucketName=B",
            "aws configservice start-configuration-recorder --configuration-recorder-name default",
        ),
        why_no_fix=(
            "every change of every resource is billed, and the only recorder of a Region may belong to another team"
        ),
    ),
    Guidance(
        id="DataEvents",
        title="Log object-level reads and writes",
        problem="Trail without data events of S3",
        controls=("S3.22", "S3.23"),
        steps=(
            (
                "Estimate the price first: data events are billed by number. CloudWatch AWS/S3 AllRequests, where"
                " request metrics are on, shows how many there are."
            ),
            "aws cloudtrail get-event-selectors --trail-name TRAIL, and save the output: the next call replaces them.",
            (
                "aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors"
                " file://selectors.json: the saved ones, and one with eventCategory = Data and resources.type ="
                " AWS::S3::Object. readOnly = false is S3.22, true S3.23."
            ),
            "It has to be a trail for all Regions, and a selector that excludes buckets does not satisfy the controls.",
            (
                "Have the trail write to a bucket of another account (a log archive); otherwise each file that it"
                " writes is logged again."
            ),
        ),
        why_no_fix="it can cost more than everything else in the account, and people decide which trail records it",
    ),
    Guidance(
        id="LogContactFlows",
        title="Log the contact flows",
        problem="Connect instance without logs",
        controls=("Connect.2",),
        steps=(
            "aws connect update-instance-attribute --instance-id ID --attribute-type CONTACTFLOW_LOGS --value true",
            (
                "In each flow add a block Set logging behavior: on for what should be analyzed, off where callers"
                " give card numbers or PINs."
            ),
            "Check the log group /aws/connect/INSTANCE, and set its retention period.",
        ),
        why_no_fix=(
            "the call needs permissions to change roles (iam:AttachRolePolicy, iam:PutRolePolicy), which the bot"
            " does not get for a log"
        ),
    ),
    Guidance(
        id="LogTransfers",
        title="Log the DataSync task",
        problem="DataSync task without logs",
        controls=("DataSync.1",),
        steps=(
            (
                "aws logs create-log-group --log-group-name /aws/datasync/NAME, and allow datasync.amazonaws.com to"
                " write there: aws logs put-resource-policy --policy-name datasync --policy-document"
                " file://policy.json"
            ),
            "aws datasync update-task --task-arn TASK --cloud-watch-log-group-arn GROUP --options LogLevel=BASIC",
            (
                "Start it once, and check that a stream appears; TRANSFER instead of BASIC names every file, which"
                " costs more."
            ),
        ),
        why_no_fix="the call cannot remove the log group again, so Undo could not restore the previous state",
    ),
    Guidance(
        id="LogReplicationTasks",
        title="Log the replication task",
        problem="Replication task logs too little",
        controls=("DMS.7", "DMS.8"),
        steps=(
            (
                "aws dms describe-replication-tasks --filters Name=replication-task-arn,Values=TASK, and save its"
                " ReplicationTaskSettings."
            ),
            "aws dms stop-replication-task --replication-task-arn TASK, and wait until it is stopped.",
            (
                "In Logging set EnableLogging true, and the severity of SOURCE_CAPTURE, SOURCE_UNLOAD (DMS.8),"
                " TARGET_APPLY, TARGET_LOAD (DMS.7) to LOGGER_SEVERITY_DEFAULT: aws dms modify-replication-task"
                " --replication-task-arn TASK --replication-task-settings file://settings.json"
            ),
            (
                "aws dms start-replication-task --replication-task-arn TASK --start-replication-task-type"
                " resume-processing"
            ),
        ),
        why_no_fix="DMS changes a task only while it is stopped, and a stopped migration falls behind",
    ),
    Guidance(
        id="LogBroker",
        title="Send the broker's logs to CloudWatch Logs",
        problem="ActiveMQ broker without audit logs",
        controls=("MQ.2",),
        steps=(
            (
                "Allow mq.amazonaws.com to write to /aws/amazonmq/*: aws logs put-resource-policy --policy-name"
                " amazonmq --policy-document file://policy.json"
            ),
            "aws mq update-broker --broker-id ID --logs Audit=true,General=true",
            (
                "It takes effect after a restart, at the latest in the maintenance window; aws mq reboot-broker"
                " --broker-id ID restarts it now, and clients reconnect."
            ),
        ),
        why_no_fix="it takes effect only after a restart of the broker, which disconnects every client for minutes",
    ),
    Guidance(
        id="ConnectorAsItIsMade",
        title="Recreate the connector with encryption and logs",
        problem="MSK connector without encryption or logs",
        controls=("MSK.3", "MSK.5"),
        steps=(
            "aws kafkaconnect describe-connector --connector-arn ARN, and save the output.",
            (
                "The brokers have to accept TLS: aws kafka describe-cluster-v2 --cluster-arn CLUSTER,"
                " EncryptionInTransit TLS."
            ),
            (
                "aws kafkaconnect create-connector with another name, the same plugins and configuration,"
                " --kafka-cluster-encryption-in-transit encryptionType=TLS and --log-delivery"
                " workerLogDelivery={cloudWatchLogs={enabled=true,logGroup=GROUP}}"
            ),
            (
                "Two connectors at once may write twice: where that matters, stop the old one first. aws"
                " kafkaconnect delete-connector --connector-arn OLD"
            ),
        ),
        why_no_fix="MSK Connect sets both when a connector is created",
    ),
    Guidance(
        id="AuditAurora",
        title="Turn on auditing of the cluster",
        problem="Aurora MySQL cluster without auditing",
        controls=("RDS.45",),
        steps=(
            (
                "Find its parameter group: aws rds describe-db-clusters --db-cluster-identifier CLUSTER. A default"
                " one cannot be changed: aws rds create-db-cluster-parameter-group --db-cluster-parameter-group-name"
                " NEW --db-parameter-group-family FAMILY --description TEXT"
            ),
            (
                "aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name NEW --parameters"
                " ParameterName=server_audit_logging,ParameterValue=1,ApplyMethod=immediate"
                " ParameterName=server_audit_events,ParameterValue='CONNECT,QUERY_DCL,QUERY_DDL',ApplyMethod=immediate"
            ),
            (
                "aws rds modify-db-cluster --db-cluster-identifier CLUSTER --db-cluster-parameter-group-name NEW;"
                " the members restart if the group is another one."
            ),
            "RDS.34 sends the log to CloudWatch.",
        ),
        why_no_fix="clusters share parameter groups, another group restarts the members, and QUERY events contain data",
    ),
    Guidance(
        id="LogStateMachine",
        title="Log the state machine's executions",
        problem="State machine without logs",
        controls=("StepFunctions.1",),
        steps=(
            (
                "Allow its role to deliver logs: logs:CreateLogDelivery, GetLogDelivery, UpdateLogDelivery,"
                " DeleteLogDelivery, ListLogDeliveries, PutResourcePolicy, DescribeResourcePolicies,"
                " DescribeLogGroups."
            ),
            "aws stepfunctions describe-state-machine --state-machine-arn ARN, and pass its role with the change.",
            (
                "aws stepfunctions update-state-machine --state-machine-arn ARN --role-arn ROLE"
                " --logging-configuration"
                " level=ERROR,includeExecutionData=false,destinations=[{cloudWatchLogsLogGroup={logGroupArn=GROUP:*}}]"
            ),
            "includeExecutionData=true also logs the data of executions: only where that may be kept.",
        ),
        why_no_fix=(
            "the call also sets the definition or the role, without a version check, so a concurrent deployment"
            " would be lost"
        ),
    ),
    Guidance(
        id="LogTransferConnector",
        title="Log the transfer connector",
        problem="Transfer connector without logs",
        controls=("Transfer.3",),
        steps=(
            "Create a role that transfer.amazonaws.com may assume, with AWSTransferLoggingAccess.",
            "aws transfer update-connector --connector-id ID --logging-role ROLE",
            "aws transfer test-connection --connector-id ID (SFTP), and check the log group /aws/transfer/ID.",
        ),
        why_no_fix="the call cannot remove the role again, so Undo could not restore the previous state",
    ),
    Guidance(
        id="BeanstalkLogs",
        title="Stream the environment's logs to CloudWatch Logs",
        problem="Beanstalk logs stay on the instances",
        controls=("ElasticBeanstalk.3",),
        steps=(
            "Allow the instance profile to write logs: AWSElasticBeanstalkWebTier (or WorkerTier) includes it.",
            (
                "aws elasticbeanstalk update-environment --environment-name E --option-settings"
                " Namespace=aws:elasticbeanstalk:cloudwatch:logs,OptionName=StreamLogs,Value=true"
                " Namespace=aws:elasticbeanstalk:cloudwatch:logs,OptionName=RetentionInDays,Value=365"
            ),
            "Set it in .ebextensions or the saved configuration, too; otherwise the next environment lacks it.",
        ),
        why_no_fix=(
            "Beanstalk applies an update with its caller's permissions for EC2, CloudFormation and S3, which the bot"
            " lacks"
        ),
    ),
)
