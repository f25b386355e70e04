"""Encryption on the way: the other end has to speak it first."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="DmsEndpointTls",
        title="Give the DMS endpoint TLS and a login",
        problem="DMS endpoint in plain text, or without a login",
        controls=("DMS.9", "DMS.10", "DMS.11", "DMS.12"),
        steps=(
            (
                "DMS.9: where it has to trust a certificate, aws dms import-certificate --certificate-identifier"
                " NAME --certificate-pem file://ca.pem"
            ),
            (
                "aws dms modify-endpoint --endpoint-arn ENDPOINT --ssl-mode require (verify-full with"
                " --certificate-arn CERTIFICATE)"
            ),
            (
                "DMS.10: --neptune-settings IamAuthEnabled=true, with a ServiceAccessRole that may connect. DMS.11:"
                " --mongo-db-settings AuthType=password,AuthMechanism=scram_sha_1. DMS.12: --redis-settings"
                " SslSecurityProtocol=ssl-encryption"
            ),
            (
                "aws dms test-connection --replication-instance-arn INSTANCE --endpoint-arn ENDPOINT; tasks that use"
                " it must be stopped meanwhile."
            ),
        ),
        why_no_fix="a running migration stops when its database does not speak TLS, or knows no such user",
    ),
    Guidance(
        id="DatabaseTls",
        title="Let the database take TLS only",
        problem="Database takes connections in plain text",
        controls=("DocumentDB.6", "RDS.38", "RDS.39", "RDS.41", "RDS.44"),
        steps=(
            (
                "See who comes without: in PostgreSQL pg_stat_ssl, in MySQL and MariaDB sys.session_ssl_status, in"
                " SQL Server sys.dm_exec_connections. Let them verify with the bundle of"
                " https://truststore.pki.rds.amazonaws.com."
            ),
            (
                "A default parameter group cannot be changed: aws rds create-db-parameter-group"
                " --db-parameter-group-name NEW --db-parameter-group-family FAMILY --description TEXT (DocumentDB:"
                " aws docdb create-db-cluster-parameter-group)."
            ),
            (
                "The parameter: rds.force_ssl 1 for PostgreSQL and SQL Server, require_secure_transport 1 (ON for"
                " MariaDB) for MySQL, tls enabled for DocumentDB."
            ),
            (
                "aws rds modify-db-parameter-group --db-parameter-group-name NEW --parameters"
                " ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=pending-reboot"
            ),
            (
                "aws rds modify-db-instance --db-instance-identifier DB --db-parameter-group-name NEW; then, in a"
                " window, aws rds reboot-db-instance --db-instance-identifier DB"
            ),
        ),
        why_no_fix="parameter groups are shared by databases, and clients without TLS are cut off at once",
    ),
    Guidance(
        id="WarehouseTls",
        title="Let the warehouse take TLS only",
        problem="Redshift cluster takes connections in plain text",
        controls=("Redshift.2",),
        steps=(
            (
                "See who comes without: select usename, remotehost from stl_connection_log where sslversion = ''"
                " order by recordtime desc."
            ),
            (
                "A default parameter group cannot be changed: aws redshift create-cluster-parameter-group"
                " --parameter-group-name NEW --parameter-group-family redshift-1.0 --description TEXT"
            ),
            (
                "aws redshift modify-cluster-parameter-group --parameter-group-name NEW --parameters"
                " ParameterName=require_ssl,ParameterValue=true"
            ),
            (
                "aws redshift modify-cluster --cluster-identifier CLUSTER --cluster-parameter-group-name NEW, then,"
                " in a window, aws redshift reboot-cluster --cluster-identifier CLUSTER"
            ),
        ),
        why_no_fix=(
            "parameter groups are shared by clusters, the change takes a restart, and clients without TLS are cut off"
        ),
    ),
    Guidance(
        id="ModelJobTraffic",
        title="Make the monitoring job anew, encrypted and isolated",
        problem="SageMaker monitoring in plain text, or with a way out",
        controls=(
            "SageMaker.9",
            "SageMaker.10",
            "SageMaker.11",
            "SageMaker.12",
            "SageMaker.13",
            "SageMaker.14",
            "SageMaker.15",
        ),
        steps=(
            (
                "Keep what it says: aws sagemaker describe-data-quality-job-definition --job-definition-name NAME"
                " (describe-model-bias-, model-explainability-, model-quality-job-definition likewise)."
            ),
            "Isolated, it gets its data from S3 by SageMaker only: see that its container calls nothing else.",
            (
                "aws sagemaker create-data-quality-job-definition with another name, all that it said, and"
                " --network-config EnableInterContainerTrafficEncryption=true,EnableNetworkIsolation=true"
            ),
            (
                "aws sagemaker update-monitoring-schedule --monitoring-schedule-name SCHEDULE"
                " --monitoring-schedule-config with the new definition; for SageMaker.14 NetworkConfig stands in the"
                " schedule."
            ),
            "aws sagemaker delete-data-quality-job-definition --job-definition-name OLD",
        ),
        why_no_fix="SageMaker decides this when a definition is made; encrypted, the job takes longer and costs more",
    ),
    Guidance(
        id="FtpServer",
        title="Take FTP off the transfer server",
        problem="Transfer server speaks FTP",
        controls=("Transfer.2",),
        steps=(
            "See who uses it: the server's log, by protocol. Give these users SFTP, with a key, or FTPS.",
            (
                "FTPS needs a certificate: aws transfer update-server --server-id ID --protocols SFTP FTPS"
                " --certificate ARN. A server of FTP is in a VPC; the endpoint stays."
            ),
            "When nobody comes by FTP any more: aws transfer update-server --server-id ID --protocols SFTP",
        ),
        why_no_fix=(
            "whoever speaks FTP only is cut off, and passwords of an identity provider do not become keys by themselves"
        ),
    ),
)
