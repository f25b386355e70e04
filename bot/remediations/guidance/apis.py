"""API Gateway and AppSync: callers and backends have to change together with the API."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="ApiClientCertificate",
        title="Send a client certificate to the backend",
        problem="API stage does not authenticate to its backend",
        controls=("APIGateway.2",),
        steps=(
            (
                "aws apigateway generate-client-certificate, and aws apigateway get-client-certificate"
                " --client-certificate-id ID for its PEM."
            ),
            "Configure the backend to request a client certificate and to trust this one, but not to require it yet.",
            (
                "aws apigateway update-stage --rest-api-id API --stage-name STAGE --patch-operations"
                " op=replace,path=/clientCertificateId,value=ID"
            ),
            "When the backend's log shows the certificate: require it. Renew it before it expires after 365 days.",
        ),
        why_no_fix="it protects nothing until the backend checks it, and the backend is not configured through AWS",
    ),
    Guidance(
        id="RouteAuthorization",
        title="Require authorization for the route",
        problem="API route without authorization",
        controls=("APIGateway.8",),
        steps=(
            (
                "Find the callers in the access log, by source address and path. If the route is meant to be public"
                " (a health check, a login), exempt it."
            ),
            (
                "Callers in AWS: AWS_IAM. People with tokens: aws apigatewayv2 create-authorizer --api-id API --name"
                " NAME --authorizer-type JWT --identity-source '$request.header.Authorization' --jwt-configuration"
                " Issuer=URL,Audience=ID"
            ),
            "Have the callers send it, and check in a test stage that they are allowed.",
            (
                "aws apigatewayv2 update-route --api-id API --route-id ROUTE --authorization-type JWT"
                " --authorizer-id AUTHORIZER"
            ),
        ),
        why_no_fix=(
            "every caller without a valid token is cut off immediately, and only the callers know which kind they"
            " can send"
        ),
    ),
    Guidance(
        id="ApiAccessLogs",
        title="Turn on access logging of the API stage",
        problem="API stage without an access log",
        controls=("APIGateway.9",),
        steps=(
            (
                "Create a log group with a retention period: aws logs create-log-group --log-group-name NAME, aws"
                " logs put-retention-policy --log-group-name NAME --retention-in-days 90"
            ),
            "Choose the fields; leave out $context.authorizer and any field that contains a token.",
            (
                "aws apigatewayv2 update-stage --api-id API --stage-name STAGE --access-log-settings"
                " DestinationArn=GROUP,Format='$context.requestId $context.identity.sourceIp $context.routeKey"
                " $context.status'"
            ),
            "Call the API, and check that a line appears: aws logs filter-log-events --log-group-name NAME",
        ),
        why_no_fix=(
            "privacy rules decide which fields may be logged, and API Gateway creates a log delivery that Undo would"
            " not remove"
        ),
    ),
    Guidance(
        id="PrivateIntegrationTls",
        title="Use HTTPS to the private backend",
        problem="API uses HTTP to its private backend",
        controls=("APIGateway.10",),
        steps=(
            (
                "Give the load balancer or Cloud Map service behind the VPC link a TLS listener, with a certificate"
                " for a domain name that you own."
            ),
            (
                "aws apigatewayv2 update-integration --api-id API --integration-id ID --integration-uri LISTENER"
                " --tls-config ServerNameToVerify=NAME"
            ),
            "aws apigatewayv2 create-deployment --api-id API, unless the stage deploys automatically; call a route.",
            "Remove the HTTP listener when its metrics show no requests.",
        ),
        why_no_fix="the backend needs a TLS listener first, and its owners choose the certificate",
    ),
    Guidance(
        id="GraphqlLogs",
        title="Turn on field-level logging of the GraphQL API",
        problem="GraphQL API without field-level logs",
        controls=("AppSync.2",),
        steps=(
            "Create a role that appsync.amazonaws.com may assume, with AWSAppSyncPushToCloudWatchLogs.",
            (
                "aws appsync get-graphql-api --api-id ID, and save the output: the update replaces name,"
                " authentication and the other settings together."
            ),
            (
                "aws appsync update-graphql-api --api-id ID --name NAME --authentication-type TYPE and all other"
                " settings from the output, with --log-config"
                " fieldLogLevel=ERROR,cloudWatchLogsRoleArn=ROLE,excludeVerboseContent=true"
            ),
            "Check the log group /aws/appsync/apis/ID, and set its retention period.",
        ),
        why_no_fix=(
            "the call replaces the API's whole configuration without a version check, so a concurrent change would"
            " be lost"
        ),
    ),
    Guidance(
        id="ApiKeyAuthorisation",
        title="Replace API keys of the GraphQL API with another authorization type",
        problem="GraphQL API with API keys",
        controls=("AppSync.5",),
        steps=(
            (
                "Add a second authorization type beside the keys: aws appsync update-graphql-api --api-id ID --name"
                " NAME --authentication-type API_KEY --additional-authentication-providers"
                " authenticationType=AWS_IAM, and all else that it has: the call replaces the whole (aws appsync"
                " get-graphql-api --api-id ID)."
            ),
            "Mark types and fields for it (@aws_iam, @aws_cognito_user_pools), and move the clients, one by one.",
            "Find clients that still use a key: in the field-level log, requests with the header x-api-key.",
            (
                "Make the second type the primary one, in the same way: aws appsync update-graphql-api --api-id ID"
                " --name NAME --authentication-type AWS_IAM, and all else that it has."
            ),
            "aws appsync delete-api-key for each remaining key.",
        ),
        why_no_fix="every client that has only a key would be cut off",
    ),
)
