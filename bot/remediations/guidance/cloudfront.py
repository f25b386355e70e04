"""CloudFront distributions and their origins."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="LogDistribution",
        title="Turn on access logging of the distribution",
        problem="Distribution without access logs",
        controls=("CloudFront.5",),
        steps=(
            (
                "Choose a bucket of the account that allows ACLs: aws s3api get-bucket-ownership-controls --bucket"
                " LOGS shows BucketOwnerPreferred. Its ACL has to allow CloudFront's awslogsdelivery account to"
                " write."
            ),
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in DistributionConfig set Logging to"
                " Enabled, IncludeCookies false, Bucket LOGS.s3.amazonaws.com, Prefix ID/."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "Add a lifecycle rule to LOGS that deletes old logs. The first files arrive within an hour.",
        ),
        why_no_fix=(
            "CloudFront adds a grant to the log bucket's ACL, which Undo would not remove, and S3.12 fails for such"
            " a bucket"
        ),
    ),
    Guidance(
        id="EncryptOrigin",
        title="Use TLS 1.2 to the origin",
        problem="Distribution uses HTTP or old TLS to its origin",
        controls=("CloudFront.9", "CloudFront.10"),
        steps=(
            (
                "Check that the origin answers on 443, with a certificate for its name that a public authority"
                " signed: curl --tlsv1.2 https://ORIGIN/"
            ),
            "An S3 website endpoint has no HTTPS: use the bucket's regular endpoint, with origin access control.",
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in the origin's CustomOriginConfig set"
                " OriginProtocolPolicy https-only and OriginSslProtocols to TLSv1.2 alone."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "Watch the metric 5xxErrorRate until the distribution is deployed; 502 means that the TLS handshake fails.",
        ),
        why_no_fix=(
            "AWS does not show whether the origin has a certificate that CloudFront trusts, and without one every"
            " request fails"
        ),
    ),
    Guidance(
        id="OriginAccessControl",
        title="Allow only the distribution to read the bucket",
        problem="Distribution reads its bucket without origin access control",
        controls=("CloudFront.13",),
        steps=(
            (
                "aws cloudfront create-origin-access-control --origin-access-control-config"
                " Name=NAME,SigningProtocol=sigv4,SigningBehavior=always,OriginAccessControlOriginType=s3"
            ),
            (
                "Add to the bucket's policy: allow s3:GetObject to cloudfront.amazonaws.com where AWS:SourceArn is"
                " the distribution's ARN; in its key's policy, likewise kms:Decrypt."
            ),
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in the origin set OriginAccessControlId,"
                " and set OriginAccessIdentity of S3OriginConfig to an empty string."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "When it is deployed and works: remove the old identity, or public access, from the bucket's policy.",
        ),
        why_no_fix=(
            "bucket, key and distribution have to change in this order, and other readers of the bucket have to be"
            " identified"
        ),
    ),
    Guidance(
        id="FunctionUrlAccessControl",
        title="Allow only the distribution to call the function's URL",
        problem="Function URL behind CloudFront is public",
        controls=("CloudFront.16",),
        steps=(
            (
                "aws cloudfront create-origin-access-control --origin-access-control-config"
                " Name=NAME,SigningProtocol=sigv4,SigningBehavior=always,OriginAccessControlOriginType=lambda"
            ),
            (
                "aws lambda add-permission --function-name FUNCTION --statement-id cloudfront --principal"
                " cloudfront.amazonaws.com --action lambda:InvokeFunctionUrl --source-arn DISTRIBUTION"
            ),
            (
                "Set OriginAccessControlId in the distribution's origin: aws cloudfront update-distribution --id ID"
                " --if-match ETAG --distribution-config file://config.json"
            ),
            (
                "When it works: aws lambda update-function-url-config --function-name FUNCTION --auth-type AWS_IAM."
                " Clients that send a body then have to send its SHA-256 in x-amz-content-sha256."
            ),
        ),
        why_no_fix="programs that call the URL directly, or send a body without its hash, would be cut off",
    ),
    Guidance(
        id="TrustedKeyGroups",
        title="Sign URLs with a key group",
        problem="Distribution trusts accounts instead of key groups",
        controls=("CloudFront.17",),
        steps=(
            (
                "Create a key pair, and keep the private key with the signer: aws cloudfront create-public-key"
                " --public-key-config CallerReference=REF,Name=NAME,EncodedKey=PEM"
            ),
            "aws cloudfront create-key-group --key-group-config Name=NAME,Items=KEY",
            (
                "Have the signer sign with the new key's id while both are trusted: in the behavior set"
                " TrustedKeyGroups beside TrustedSigners, aws cloudfront update-distribution --id ID --if-match ETAG"
                " --distribution-config file://config.json"
            ),
            (
                "When the longest-lived URL has expired: remove TrustedSigners, and delete the root user's"
                " CloudFront key pairs."
            ),
        ),
        why_no_fix="only the application knows who signs, and how long signed URLs are valid",
    ),
    Guidance(
        id="DistributionNames",
        title="Give the distribution a domain name, a certificate and a second origin",
        problem="Distribution without a custom certificate or a second origin",
        controls=("CloudFront.4", "CloudFront.7", "CloudFront.8"),
        steps=(
            (
                "CloudFront.7: aws acm request-certificate --domain-name NAME --validation-method DNS --region"
                " us-east-1, and add its validation record to DNS."
            ),
            (
                "CloudFront.8: with that certificate SSLSupportMethod sni-only; clients without SNI (from before"
                " 2010) are cut off, and the monthly fee ends."
            ),
            (
                "CloudFront.4: an origin group of two origins with the same content, and the status codes on which"
                " CloudFront fails over to the second."
            ),
            (
                "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config"
                " file://config.json, then point NAME at it."
            ),
        ),
        why_no_fix="the owners of the site decide about its name, a second copy of the content and old clients",
    ),
    Guidance(
        id="MissingOrigin",
        title="Remove the missing bucket from the distribution",
        problem="Distribution refers to a bucket that does not exist",
        controls=("CloudFront.12",),
        steps=(
            "Find the origin: aws cloudfront get-distribution-config --id D; aws s3api head-bucket for each bucket.",
            (
                "Today: create the bucket in your account, so that nobody else can take its name and serve content"
                " in your name."
            ),
            "Then change the behaviors that use the origin, and remove the origin, in one update-distribution.",
        ),
        why_no_fix="disabling the distribution, or pointing it elsewhere, takes down its other origins",
    ),
)
