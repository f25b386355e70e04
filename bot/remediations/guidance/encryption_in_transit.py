"""TLS and certificates: the other end has to support TLS first."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="DmsEndpointTls",
        title="Require TLS and authentication at the DMS endpoint",
        problem="DMS endpoint without TLS or authentication",
        controls=("DMS.9", "DMS.10", "DMS.11", "DMS.12"),
        steps=(
            (
                "DMS.9: if it has to trust a certificate, aws dms import-certificate --certificate-identifier NAME"
                " --certificate-pem file://ca.pem"
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
                "aws dms test-connection --replication-instance-arn INSTANCE --endpoint-arn ENDPOINT; stop the tasks"
                " that use the endpoint during the change."
            ),
        ),
        why_no_fix="a running migration stops if its database does not support TLS, or has no such user",
    ),
    Guidance(
        id="DatabaseTls",
        title="Require TLS for the database",
        problem="Database accepts connections without TLS",
        controls=("DocumentDB.6", "RDS.38", "RDS.39", "RDS.41", "RDS.44"),
        steps=(
            (
                "Find clients without TLS: in PostgreSQL pg_stat_ssl, in MySQL and MariaDB sys.session_ssl_status,"
                " in SQL Server sys.dm_exec_connections. Have them verify with the bundle of"
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
                " maintenance window, aws rds reboot-db-instance --db-instance-identifier DB"
            ),
        ),
        why_no_fix="databases share parameter groups, and clients without TLS are cut off immediately",
    ),
    Guidance(
        id="WarehouseTls",
        title="Require TLS for the Redshift cluster",
        problem="Redshift cluster accepts connections without TLS",
        controls=("Redshift.2",),
        steps=(
            (
                "Find clients without TLS: select usename, remotehost from stl_connection_log where sslversion = ''"
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
                " in a maintenance window, aws redshift reboot-cluster --cluster-identifier CLUSTER"
            ),
        ),
        why_no_fix="clusters share parameter groups, the change needs a restart, and clients without TLS are cut off",
    ),
    Guidance(
        id="ModelJobTraffic",
        title="Recreate the monitoring job with encryption and isolation",
        problem="SageMaker monitoring without encryption in transit, or with network access",
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
                "Save the definition: aws sagemaker describe-data-quality-job-definition --job-definition-name NAME"
                " (describe-model-bias-, model-explainability-, model-quality-job-definition likewise)."
            ),
            (
                "An isolated job gets its data from S3 only through SageMaker: check that its container calls"
                " nothing else."
            ),
            (
                "aws sagemaker create-data-quality-job-definition with another name, the saved fields, and"
                " --network-config EnableInterContainerTrafficEncryption=true,EnableNetworkIsolation=true"
            ),
            (
                "aws sagemaker update-monitoring-schedule --monitoring-schedule-name SCHEDULE"
                " --monitoring-schedule-config with the new definition; for SageMaker.14, NetworkConfig is in the"
                " schedule."
            ),
            "aws sagemaker delete-data-quality-job-definition --job-definition-name OLD",
        ),
        why_no_fix=(
            "SageMaker sets this when a definition is created; with encryption, the job takes longer and costs more"
        ),
    ),
    Guidance(
        id="FtpServer",
        title="Remove FTP from the transfer server",
        problem="Transfer server accepts FTP",
        controls=("Transfer.2",),
        steps=(
            "Find its users in the server's log, by protocol. Give these users SFTP, with a key, or FTPS.",
            (
                "FTPS needs a certificate: aws transfer update-server --server-id ID --protocols SFTP FTPS"
                " --certificate ARN. A server with FTP is in a VPC; the endpoint stays."
            ),
            "When FTP is no longer used: aws transfer update-server --server-id ID --protocols SFTP",
        ),
        why_no_fix=(
            "clients with only FTP are cut off, and passwords of an identity provider cannot be converted to keys"
        ),
    ),
    Guidance(
        id="EncryptBrokers",
        title="Require TLS and authentication at the MSK brokers",
        problem="MSK cluster without TLS, or with unauthenticated access",
        controls=("MSK.1", "MSK.6"),
        steps=(
            "Find out how clients connect: in the brokers' metrics, ConnectionCount by listener and authentication.",
            (
                "TLS between brokers is set when the cluster is created: create a new one, and copy with MirrorMaker"
                " or MSK Replicator."
            ),
            (
                "Add IAM or mutual TLS: aws kafka update-security --cluster-arn ARN --current-version VERSION"
                " --client-authentication Sasl={Iam={Enabled=true}},… (the version: aws kafka describe-cluster-v2)"
            ),
            (
                "Move the clients, then Unauthenticated={Enabled=false} and --encryption-info"
                " EncryptionInTransit={ClientBroker=TLS}."
            ),
        ),
        why_no_fix="clients without TLS or authentication are cut off, and traffic between brokers cannot be changed",
    ),
    Guidance(
        id="TargetGroupTls",
        title="Use TLS to the targets",
        problem="Target group uses no TLS to its targets",
        controls=("ELB.21", "ELB.22"),
        steps=(
            (
                "ELB.21: configure the targets to answer the health check over HTTPS, then aws elbv2"
                " modify-target-group --target-group-arn ARN --health-check-protocol HTTPS --health-check-port 443."
                " The certificate is not verified; a self-signed one is enough."
            ),
            (
                "ELB.22: the protocol is set when a target group is created: aws elbv2 create-target-group --name"
                " NEW --protocol HTTPS --port 443 --vpc-id VPC"
            ),
            (
                "Register the targets there, and wait until aws elbv2 describe-target-health --target-group-arn NEW"
                " reports healthy."
            ),
            (
                "aws elbv2 modify-listener --listener-arn LISTENER --default-actions with both groups by weight,"
                " then only the new one."
            ),
            "aws elbv2 delete-target-group --target-group-arn OLD",
        ),
        why_no_fix="targets that do not support TLS would all become unhealthy at once",
    ),
    Guidance(
        id="ListenerSecurity",
        title="Use TLS with a current policy at the listener",
        problem="Listener with weak or no TLS",
        controls=("ELB.2", "ELB.3", "ELB.8", "ELB.17", "ELB.18"),
        steps=(
            "Request a certificate for the domain name: aws acm request-certificate, and validate the domain.",
            "Check in the access logs (ssl_protocol, ssl_cipher) whether old clients still connect.",
            (
                "aws elbv2 modify-listener --listener-arn L --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06 (or"
                " with --protocol HTTPS --certificates …); classic: set-load-balancer-policies-of-listener."
            ),
        ),
        why_no_fix="it needs a certificate for a name that the bot does not know, and old clients would be cut off",
    ),
    Guidance(
        id="ExpiringCertificate",
        title="Renew the certificate",
        problem="Certificate expires soon",
        controls=("ACM.1",),
        steps=(
            (
                "aws acm describe-certificate --certificate-arn ARN shows what uses it (InUseBy), how it is"
                " validated, and why it was not renewed (RenewalSummary)."
            ),
            "Validated by DNS: restore the CNAME that it names in the zone; ACM then renews it within hours.",
            (
                "Validated by e-mail: aws acm resend-validation-email --certificate-arn ARN --domain NAME"
                " --validation-domain NAME, and follow the link."
            ),
            (
                "Imported: get a new one, and aws acm import-certificate --certificate-arn ARN --certificate"
                " fileb://c.pem --private-key fileb://k.pem --certificate-chain fileb://chain.pem keeps the ARN."
            ),
            "If nothing uses it: aws acm delete-certificate --certificate-arn ARN.",
        ),
        why_no_fix="ACM renews what it can; the rest needs the domain's owner, or a key that AWS does not have",
    ),
    Guidance(
        id="ShortCertificateKey",
        title="Replace the certificate with one with a longer key",
        problem="Certificate with a short RSA key",
        controls=("ACM.2",),
        steps=(
            "Find what uses it: aws acm describe-certificate --certificate-arn ARN, InUseBy.",
            (
                "aws acm request-certificate --domain-name NAME --validation-method DNS --key-algorithm RSA_2048 (or"
                " EC_prime256v1)"
            ),
            "Add the DNS record that it names to the zone, and wait until it is ISSUED.",
            "Replace the old ARN with the new one everywhere: listeners, distributions, API domains.",
            "aws acm delete-certificate of the old one, when InUseBy is empty.",
        ),
        why_no_fix="a key's length cannot be changed, and only the owner of the domain can validate a new certificate",
    ),
)
