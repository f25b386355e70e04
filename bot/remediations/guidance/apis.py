"""APIs and what they call: both ends have to agree before the bot could turn a key."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="ApiClientCertificate",
        title="Let the backend know the API by its certificate",
        problem="API stage does not prove itself to its backend",
        controls=("APIGateway.2",),
        steps=(
            (
                "aws apigateway generate-client-certificate, and aws apigateway get-client-certificate"
                " --client-certificate-id ID for its PEM."
            ),
            "Let the backend ask for a client certificate and trust this one, without insisting on it yet.",
            (
                "aws apigateway update-stage --rest-api-id API --stage-name STAGE --patch-operations"
                " op=replace,path=/clientCertificateId,value=ID"
            ),
            "When its log shows the certificate: let the backend insist. Renew it before it ends after 365 days.",
        ),
        why_no_fix="it protects nothing before the backend checks it, and the backend is not AWS's to configure",
    ),
    Guidance(
        id="RouteAuthorization",
        title="Say who may call the route",
        problem="API route that anybody may call",
        controls=("APIGateway.8",),
        steps=(
            (
                "See who calls it: the access log, by source address and path. Is it meant to be public (a health"
                " check, a login)? Then exempt it."
            ),
            (
                "Callers in AWS: AWS_IAM. People with tokens: aws apigatewayv2 create-authorizer --api-id API --name"
                " NAME --authorizer-type JWT --identity-source '$request.header.Authorization' --jwt-configuration"
                " Issuer=URL,Audience=ID"
            ),
            "Let the callers send it, and see in a test stage that they are let in.",
            (
                "aws apigatewayv2 update-route --api-id API --route-id ROUTE --authorization-type JWT"
                " --authorizer-id AUTHORIZER"
            ),
        ),
        why_no_fix=(
            "every caller without the right token is cut off at once, and which kind they can send only they know"
        ),
    ),
    Guidance(
        id="ApiAccessLogs",
        title="Write the API stage's access log",
        problem="API stage without an access log",
        controls=("APIGateway.9",),
        steps=(
            (
                "Make a log group, with a retention: aws logs create-log-group --log-group-name NAME, aws logs"
                " put-retention-policy --log-group-name NAME --retention-in-days 90"
            ),
            "Choose the fields; leave out $context.authorizer and anything that holds a token.",
            (
                "aws apigatewayv2 update-stage --api-id API --stage-name STAGE --access-log-settings"
                " DestinationArn=GROUP,Format='$context.requestId $context.identity.sourceIp $context.routeKey"
                " $context.status'"
            ),
            "Call the API, and see a line: aws logs filter-log-events --log-group-name NAME",
        ),
        why_no_fix=(
            "which fields may be kept is a question of privacy, and API Gateway opens a log delivery that Undo would"
            " not close"
        ),
    ),
    Guidance(
        id="PrivateIntegrationTls",
        title="Speak HTTPS to the private backend",
        problem="API speaks HTTP to its private backend",
        controls=("APIGateway.10",),
        steps=(
            (
                "Give the load balancer or Cloud Map service behind the VPC link a TLS listener, with a certificate"
                " for a name of yours."
            ),
            (
                "aws apigatewayv2 update-integration --api-id API --integration-id ID --integration-uri LISTENER"
                " --tls-config ServerNameToVerify=NAME"
            ),
            "aws apigatewayv2 create-deployment --api-id API, unless the stage deploys by itself; call a route.",
            "Take the plain listener away when its metrics are quiet.",
        ),
        why_no_fix="there has to be a TLS listener behind it first, whose certificate its owners choose",
    ),
    Guidance(
        id="GraphqlLogs",
        title="Log the GraphQL API's fields",
        problem="GraphQL API without field-level logs",
        controls=("AppSync.2",),
        steps=(
            "Make a role that appsync.amazonaws.com may assume, with AWSAppSyncPushToCloudWatchLogs.",
            (
                "aws appsync get-graphql-api --api-id ID, and keep what it says: the update replaces name,"
                " authentication and the other settings together."
            ),
            (
                "aws appsync update-graphql-api --api-id ID --name NAME --authentication-type TYPE and all else that"
                " it said, with --log-config"
                " fieldLogLevel=ERROR,cloudWatchLogsRoleArn=ROLE,excludeVerboseContent=true"
            ),
            "See the log group /aws/appsync/apis/ID, and give it a retention.",
        ),
        why_no_fix=(
            "the call replaces the API's whole configuration and has no version to compare, so somebody's work in"
            " between would be lost"
        ),
    ),
    Guidance(
        id="LogDnsQueries",
        title="Log the zone's DNS queries",
        problem="Public zone without query logs",
        controls=("Route53.2",),
        steps=(
            (
                "In us-east-1: aws logs create-log-group --log-group-name /aws/route53/ZONE --region us-east-1, and"
                " a retention, for there may be many queries."
            ),
            (
                "Let Route 53 write there: aws logs put-resource-policy --policy-name route53-query-logs --region"
                " us-east-1 --policy-document with logs:CreateLogStream and logs:PutLogEvents for"
                " route53.amazonaws.com."
            ),
            "aws route53 create-query-logging-config --hosted-zone-id ID --cloud-watch-logs-log-group-arn GROUP",
            "See the first streams, one for each edge location that answers.",
        ),
        why_no_fix="it takes a log group and a policy in another Region than the bot works in for this finding",
    ),
    Guidance(
        id="ExpiringCertificate",
        title="Renew the certificate",
        problem="Certificate ends soon",
        controls=("ACM.1",),
        steps=(
            (
                "aws acm describe-certificate --certificate-arn ARN: what uses it (InUseBy), how it is validated,"
                " why it was not renewed (RenewalSummary)."
            ),
            "Validated by DNS: put the CNAME that it names back into the zone; ACM renews by itself within hours.",
            (
                "Validated by e-mail: aws acm resend-validation-email --certificate-arn ARN --domain NAME"
                " --validation-domain NAME, and follow the link."
            ),
            (
                "Imported: get a new one, and aws acm import-certificate --certificate-arn ARN --certificate"
                " fileb://c.pem --private-key fileb://k.pem --certificate-chain fileb://chain.pem keeps the ARN."
            ),
            "Nothing uses it: aws acm delete-certificate --certificate-arn ARN.",
        ),
        why_no_fix="ACM renews what it can; what is left needs the domain's owner, or a key that AWS does not have",
    ),
    Guidance(
        id="TargetGroupTls",
        title="Speak TLS to the targets",
        problem="Target group speaks plain text to its targets",
        controls=("ELB.21", "ELB.22"),
        steps=(
            (
                "ELB.21: let the targets answer the health check by HTTPS, then aws elbv2 modify-target-group"
                " --target-group-arn ARN --health-check-protocol HTTPS --health-check-port 443. The certificate is"
                " not verified; one of their own will do."
            ),
            (
                "ELB.22: the protocol is decided when a target group is made: aws elbv2 create-target-group --name"
                " NEW --protocol HTTPS --port 443 --vpc-id VPC"
            ),
            (
                "Register the targets there, wait until aws elbv2 describe-target-health --target-group-arn NEW says"
                " healthy."
            ),
            (
                "aws elbv2 modify-listener --listener-arn LISTENER --default-actions with both groups by weight,"
                " then the new one alone."
            ),
            "aws elbv2 delete-target-group --target-group-arn OLD",
        ),
        why_no_fix="targets that do not speak TLS would all become unhealthy at once",
    ),
)
