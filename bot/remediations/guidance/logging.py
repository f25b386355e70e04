"""Logs that need a role, a destination or a restart which the bot cannot choose."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="LogContactFlows",
        title="Log the contact flows",
        problem="Connect instance without logs",
        controls=("Connect.2",),
        steps=(
            "aws connect update-instance-attribute --instance-id ID --attribute-type CONTACTFLOW_LOGS --value true",
            (
                "In each flow put a block Set logging behavior: on for what is looked into, off where callers say"
                " card numbers or PINs."
            ),
            "See the log group /aws/connect/INSTANCE, and give it a retention.",
        ),
        why_no_fix=(
            "the call needs rights to change roles (iam:AttachRolePolicy, iam:PutRolePolicy) that the bot does not"
            " take for a log"
        ),
    ),
    Guidance(
        id="LogTransfers",
        title="Log the DataSync task",
        problem="DataSync task without logs",
        controls=("DataSync.1",),
        steps=(
            (
                "aws logs create-log-group --log-group-name /aws/datasync/NAME, and let datasync.amazonaws.com write"
                " there: aws logs put-resource-policy --policy-name datasync --policy-document file://policy.json"
            ),
            "aws datasync update-task --task-arn TASK --cloud-watch-log-group-arn GROUP --options LogLevel=BASIC",
            "Start it once, see a stream; TRANSFER in place of BASIC names every file, which costs more.",
        ),
        why_no_fix="the call cannot take the log group away again, so Undo could not bring back what was",
    ),
    Guidance(
        id="LogReplicationTasks",
        title="Log the replication task",
        problem="Replication task logs too little",
        controls=("DMS.7", "DMS.8"),
        steps=(
            (
                "aws dms describe-replication-tasks --filters Name=replication-task-arn,Values=TASK, and keep its"
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
        why_no_fix="DMS changes a task only while it is stopped, and a migration that stops falls behind",
    ),
    Guidance(
        id="LogBroker",
        title="Send the broker's logs to CloudWatch",
        problem="ActiveMQ broker without audit logs",
        controls=("MQ.2",),
        steps=(
            (
                "Let mq.amazonaws.com write to /aws/amazonmq/*: aws logs put-resource-policy --policy-name amazonmq"
                " --policy-document file://policy.json"
            ),
            "aws mq update-broker --broker-id ID --logs Audit=true,General=true",
            (
                "It holds after a restart, at the latest in the maintenance window; aws mq reboot-broker --broker-id"
                " ID does it now, and clients reconnect."
            ),
        ),
        why_no_fix="it holds only after a restart of the broker, which cuts off every client for minutes",
    ),
    Guidance(
        id="ConnectorAsItIsMade",
        title="Make the connector anew, encrypted and logged",
        problem="MSK connector in plain text, or without logs",
        controls=("MSK.3", "MSK.5"),
        steps=(
            "aws kafkaconnect describe-connector --connector-arn ARN, and keep what it says.",
            (
                "The brokers must take TLS: aws kafka describe-cluster-v2 --cluster-arn CLUSTER, EncryptionInTransit"
                " TLS."
            ),
            (
                "aws kafkaconnect create-connector with another name, the same plugins and configuration,"
                " --kafka-cluster-encryption-in-transit encryptionType=TLS and --log-delivery"
                " workerLogDelivery={cloudWatchLogs={enabled=true,logGroup=GROUP}}"
            ),
            (
                "Two connectors at once may write twice: stop the old one first where that matters. aws kafkaconnect"
                " delete-connector --connector-arn OLD"
            ),
        ),
        why_no_fix="MSK Connect decides both when a connector is made",
    ),
    Guidance(
        id="AuditAurora",
        title="Turn on the cluster's auditing",
        problem="Aurora MySQL cluster without auditing",
        controls=("RDS.45",),
        steps=(
            (
                "See its parameter group: aws rds describe-db-clusters --db-cluster-identifier CLUSTER. A default"
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
                " the members restart with it when the group is another."
            ),
            "RDS.34 sends the log to CloudWatch.",
        ),
        why_no_fix=(
            "parameter groups are shared by clusters, and another one restarts the members; QUERY writes down data"
        ),
    ),
    Guidance(
        id="LogStateMachine",
        title="Log the state machine's executions",
        problem="State machine without logs",
        controls=("StepFunctions.1",),
        steps=(
            (
                "Let its role deliver logs: logs:CreateLogDelivery, GetLogDelivery, UpdateLogDelivery,"
                " DeleteLogDelivery, ListLogDeliveries, PutResourcePolicy, DescribeResourcePolicies,"
                " DescribeLogGroups."
            ),
            (
                "aws stepfunctions describe-state-machine --state-machine-arn ARN, and give its role back with the"
                " change."
            ),
            (
                "aws stepfunctions update-state-machine --state-machine-arn ARN --role-arn ROLE"
                " --logging-configuration"
                " level=ERROR,includeExecutionData=false,destinations=[{cloudWatchLogsLogGroup={logGroupArn=GROUP:*}}]"
            ),
            "includeExecutionData=true writes down what goes through it: only where that may be kept.",
        ),
        why_no_fix=(
            "the call takes the definition or the role with it and has no version to compare, so a deployment in"
            " between would be lost"
        ),
    ),
    Guidance(
        id="LogTransferConnector",
        title="Log the transfer connector",
        problem="Transfer connector without logs",
        controls=("Transfer.3",),
        steps=(
            "Make a role that transfer.amazonaws.com may assume, with AWSTransferLoggingAccess.",
            "aws transfer update-connector --connector-id ID --logging-role ROLE",
            "aws transfer test-connection --connector-id ID (SFTP), and see the log group /aws/transfer/ID.",
        ),
        why_no_fix="the call cannot take the role away again, so Undo could not bring back what was",
    ),
    Guidance(
        id="DataEvents",
        title="Log who reads and writes objects",
        problem="Trail without data events of S3",
        controls=("S3.22", "S3.23"),
        steps=(
            (
                "Price it first: data events cost by number. CloudWatch AWS/S3 AllRequests, where request metrics"
                " are on, tells how many there are."
            ),
            (
                "aws cloudtrail get-event-selectors --trail-name TRAIL, and keep what it says: the next call"
                " replaces it."
            ),
            (
                "aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors"
                " file://selectors.json: those that were there, and one with eventCategory = Data and resources.type"
                " = AWS::S3::Object. readOnly = false is S3.22, true S3.23."
            ),
            (
                "It must be a trail of all Regions, and a selector that leaves buckets out does not satisfy the"
                " controls."
            ),
            (
                "Let the trail write to a bucket of another account (a log archive), else each file that it writes"
                " is logged again."
            ),
        ),
        why_no_fix="it can cost more than everything else in the account, and which trail takes it people decide",
    ),
)
