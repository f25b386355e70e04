"""Distributions: whom an origin trusts, and what its viewers can do, its owners know."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="LogDistribution",
        title="Write the distribution's access logs",
        problem="Distribution without access logs",
        controls=("CloudFront.5",),
        steps=(
            (
                "Take a bucket of the account that allows ACLs: aws s3api get-bucket-ownership-controls --bucket"
                " LOGS says BucketOwnerPreferred. Its ACL must let CloudFront's awslogsdelivery account write."
            ),
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in DistributionConfig set Logging to"
                " Enabled, IncludeCookies false, Bucket LOGS.s3.amazonaws.com, Prefix ID/."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "Give LOGS a lifecycle rule that deletes old logs. The first files come within an hour.",
        ),
        why_no_fix=(
            "CloudFront opens the log bucket's access list for this, which Undo would not close, and S3.12 objects"
            " to such a bucket"
        ),
    ),
    Guidance(
        id="EncryptOrigin",
        title="Speak TLS 1.2 to the origin",
        problem="Distribution speaks HTTP or old TLS to its origin",
        controls=("CloudFront.9", "CloudFront.10"),
        steps=(
            (
                "See that the origin answers on 443, with a certificate for its name that a public authority signed:"
                " curl --tlsv1.2 https://ORIGIN/"
            ),
            "An S3 website endpoint has no HTTPS: use the bucket's own endpoint, with origin access control.",
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in the origin's CustomOriginConfig set"
                " OriginProtocolPolicy https-only and OriginSslProtocols to TLSv1.2 alone."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "Watch the metric 5xxErrorRate until the distribution is deployed; 502 means that the handshake fails.",
        ),
        why_no_fix=(
            "whether the origin has a certificate that CloudFront trusts cannot be read from AWS, and without one"
            " every request fails"
        ),
    ),
    Guidance(
        id="OriginAccessControl",
        title="Let only the distribution read the bucket",
        problem="Distribution reads its bucket without origin access control",
        controls=("CloudFront.13",),
        steps=(
            (
                "aws cloudfront create-origin-access-control --origin-access-control-config"
                " Name=NAME,SigningProtocol=sigv4,SigningBehavior=always,OriginAccessControlOriginType=s3"
            ),
            (
                "Add to the bucket's policy: allow s3:GetObject to cloudfront.amazonaws.com where AWS:SourceArn is"
                " the distribution's ARN; in its key's policy kms:Decrypt likewise."
            ),
            (
                "aws cloudfront get-distribution-config --id ID > now.json; in the origin set OriginAccessControlId,"
                " and OriginAccessIdentity of S3OriginConfig to the empty text."
            ),
            "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json",
            "When it is deployed and serves: take the old identity, or everybody, out of the bucket's policy.",
        ),
        why_no_fix=(
            "bucket, key and distribution have to change in this order, and other readers of the bucket must be told"
            " apart"
        ),
    ),
    Guidance(
        id="FunctionUrlAccessControl",
        title="Let only the distribution call the function's URL",
        problem="Function URL behind CloudFront is open to all",
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
                "When it serves: aws lambda update-function-url-config --function-name FUNCTION --auth-type AWS_IAM."
                " Clients that send a body must send its SHA-256 in x-amz-content-sha256 from then on."
            ),
        ),
        why_no_fix="programs that call the URL directly, or send a body without its hash, would be cut off",
    ),
    Guidance(
        id="TrustedKeyGroups",
        title="Sign URLs with a key group",
        problem="Distribution trusts accounts, not key groups",
        controls=("CloudFront.17",),
        steps=(
            (
                "Make a key pair, keep the private half with the signer: aws cloudfront create-public-key"
                " --public-key-config CallerReference=REF,Name=NAME,EncodedKey=PEM"
            ),
            "aws cloudfront create-key-group --key-group-config Name=NAME,Items=KEY",
            (
                "Let the signer sign with the new key's id while both are trusted: in the behaviour set"
                " TrustedKeyGroups beside TrustedSigners, aws cloudfront update-distribution --id ID --if-match ETAG"
                " --distribution-config file://config.json"
            ),
            (
                "When the longest lived URL has run out: take TrustedSigners away, and delete the root user's"
                " CloudFront key pairs."
            ),
        ),
        why_no_fix="who signs, and for how long what is signed lasts, only the application knows",
    ),
    Guidance(
        id="DistributionNames",
        title="Give the distribution a name, a certificate and a second origin",
        problem="Distribution without a certificate or spare origin of its own",
        controls=("CloudFront.4", "CloudFront.7", "CloudFront.8"),
        steps=(
            (
                "CloudFront.7: aws acm request-certificate --domain-name NAME --validation-method DNS --region"
                " us-east-1, and put its validation record into DNS."
            ),
            (
                "CloudFront.8: with that certificate SSLSupportMethod sni-only; clients without SNI (of before 2010)"
                " are cut off, and the monthly fee ends."
            ),
            (
                "CloudFront.4: an origin group of two origins with the same content, and the status codes at which"
                " CloudFront turns to the second."
            ),
            (
                "aws cloudfront update-distribution --id ID --if-match ETAG --distribution-config"
                " file://config.json, then point NAME at it."
            ),
        ),
        why_no_fix="a name, a second copy of the content and old clients are matters of those who run the site",
    ),
)
