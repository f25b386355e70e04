"""Authentication and permissions of services: users that would be locked out have to be asked first."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="UserPoolProtection",
        title="Strengthen the user pool",
        problem="User pool with weak protection",
        controls=("Cognito.1", "Cognito.3", "Cognito.4", "Cognito.6"),
        steps=(
            (
                "aws cognito-idp describe-user-pool --user-pool-id POOL, and save the output: the update resets"
                " every field that it does not contain."
            ),
            (
                "Cognito.3: Policies.PasswordPolicy with MinimumLength 8 or more, all four character types,"
                " TemporaryPasswordValidityDays 7 or less. It applies only to new passwords."
            ),
            (
                "Cognito.1, Cognito.4: UserPoolTier PLUS (billed per user), UserPoolAddOns.AdvancedSecurityMode"
                " ENFORCED, AdvancedSecurityAdditionalFlows.CustomAuthMode ENFORCED. Try AUDIT first: ENFORCED"
                " blocks risky sign-ins."
            ),
            "Cognito.6: DeletionProtection ACTIVE.",
            (
                "aws cognito-idp update-user-pool --cli-input-json file://pool.json, with the output of the first"
                " call and these changes; compare with the first call afterwards."
            ),
        ),
        why_no_fix=(
            "the call resets every field that it does not contain (messages, triggers, verification), and has no"
            " version check"
        ),
    ),
    Guidance(
        id="UserPoolMfa",
        title="Require MFA from the pool's users",
        problem="User pool without MFA",
        controls=("Cognito.5",),
        steps=(
            (
                "Check that the application handles the challenges SOFTWARE_TOKEN_MFA and MFA_SETUP; otherwise users"
                " cannot sign in."
            ),
            (
                "aws cognito-idp set-user-pool-mfa-config --user-pool-id POOL --software-token-mfa-configuration"
                " Enabled=true --mfa-configuration OPTIONAL"
            ),
            "Let users register a device, then set ON instead of OPTIONAL.",
        ),
        why_no_fix="users of an application that does not handle the challenge could no longer sign in",
    ),
    Guidance(
        id="GraphIam",
        title="Turn on IAM authentication for Neptune",
        problem="Neptune cluster without IAM authentication",
        controls=("Neptune.7",),
        steps=(
            "Give each program's role neptune-db:connect (or finer-grained actions) on the cluster's resource id.",
            (
                "Have each program sign its requests (Signature Version 4; the Gremlin and SPARQL clients have"
                " libraries for it)."
            ),
            (
                "aws neptune modify-db-cluster --db-cluster-identifier CLUSTER --enable-iam-database-authentication"
                " --apply-immediately"
            ),
        ),
        why_no_fix="every request that is not signed is then refused",
    ),
    Guidance(
        id="AccessPointLimits",
        title="Recreate the access point with a root directory and a user",
        problem="Access point without a root directory or user identity",
        controls=("EFS.3", "EFS.4"),
        steps=(
            (
                "aws efs describe-access-points --access-point-id ID, and find what mounts it: task definitions,"
                " functions, hosts."
            ),
            (
                "aws efs create-access-point --file-system-id FS --root-directory"
                " Path=/app,CreationInfo={OwnerUid=1000,OwnerGid=1000,Permissions=0750} --posix-user"
                " Uid=1000,Gid=1000"
            ),
            (
                "Make that user the owner of the files in the directory (chown -R on a host that mounts the file"
                " system itself)."
            ),
            (
                "Mount the new access point; when the old one is no longer used: aws efs delete-access-point"
                " --access-point-id ID"
            ),
        ),
        why_no_fix=(
            "EFS sets both at creation, and files of other users may not be readable through the new access point"
        ),
    ),
    Guidance(
        id="WarehouseAdministrator",
        title="Change the administrator's user name of the warehouse",
        problem="Warehouse with the default administrator name",
        controls=("Redshift.8", "RedshiftServerless.5"),
        steps=(
            (
                "Redshift.8: the name is set at creation. aws redshift create-cluster-snapshot --cluster-identifier"
                " OLD --snapshot-identifier S does not help, because a restored cluster keeps the name: aws redshift"
                " create-cluster with --master-username OTHER, and move the data with UNLOAD and COPY or data"
                " sharing."
            ),
            (
                "RedshiftServerless.5: aws redshift-serverless update-namespace --namespace-name NAME"
                " --admin-username OTHER --admin-user-password or --manage-admin-password"
            ),
            "Before that, create separate users for programs that sign in as awsuser or admin.",
        ),
        why_no_fix="programs that sign in with the old name are cut off, and a cluster has to be recreated",
    ),
    Guidance(
        id="StackRole",
        title="Give the stack a service role",
        problem="Stack without a service role",
        controls=("CloudFormation.4",),
        steps=(
            (
                "Create a role that cloudformation.amazonaws.com may assume, with the permissions that the stack's"
                " resources need, and no more than its deployer has now."
            ),
            (
                "With the next change: aws cloudformation update-stack --stack-name STACK --template-body"
                " file://template.yaml --role-arn ROLE, with the usual --capabilities and --parameters."
            ),
            "The deployer needs iam:PassRole for it. A stack's role can be replaced, but not removed.",
        ),
        why_no_fix="a role that lacks a permission makes the next update fail, and cannot be removed from a stack",
    ),
    Guidance(
        id="ShareWithinOrganisation",
        title="Share the portfolio only within the organization",
        problem="Portfolio shared with individual accounts",
        controls=("ServiceCatalog.1",),
        steps=(
            (
                "aws servicecatalog list-portfolio-access --portfolio-id ID lists the accounts; check whether they"
                " belong to the organization."
            ),
            (
                "aws servicecatalog create-portfolio-share --portfolio-id ID --organization-node"
                " Type=ORGANIZATIONAL_UNIT,Value=OU"
            ),
            "Have these accounts use the organization's share; products that they provisioned from the old one stay.",
            "aws servicecatalog delete-portfolio-share --portfolio-id ID --account-id ACCOUNT",
        ),
        why_no_fix="accounts that imported the portfolio lose its products from their own portfolios",
    ),
    Guidance(
        id="BusPolicy",
        title="Add a resource policy to the event bus",
        problem="Event bus without a policy",
        controls=("EventBridge.3",),
        steps=(
            (
                "Find the senders. Programs of the same account need no policy; without one, no other account can"
                " send, which is the safe default: then exempt the bus."
            ),
            (
                "Otherwise allow the other accounts: aws events put-permission --event-bus-name BUS --statement-id"
                " ID --action events:PutEvents --principal ACCOUNT"
            ),
            "For a whole organization: --principal '*' --condition Type=StringEquals,Key=aws:PrincipalOrgID,Value=ORG",
        ),
        why_no_fix="any policy allows more than none, and only the owners know who should have access",
    ),
    Guidance(
        id="RootAuthority",
        title="Disable the root certificate authority",
        problem="Root certificate authority is active",
        controls=("PCA.1",),
        steps=(
            (
                "Check whether it has to sign a subordinate's certificate soon: aws acm-pca"
                " list-certificate-authorities shows when each ends."
            ),
            (
                "aws acm-pca update-certificate-authority --certificate-authority-arn ARN --status DISABLED;"
                " certificates that it has signed stay valid."
            ),
            "Enable it when it has to sign, then disable it again.",
        ),
        why_no_fix="a disabled authority cannot sign, and only its owners know when it has to",
    ),
    Guidance(
        id="DatabaseSignIn",
        title="Turn on IAM authentication for the database",
        problem="Database accepts only passwords",
        controls=("RDS.10", "RDS.12"),
        steps=(
            (
                "aws rds modify-db-instance --db-instance-identifier DB --enable-iam-database-authentication"
                " (clusters: modify-db-cluster)"
            ),
            "Give the database's users the plugin or role for it (AWSAuthenticationPlugin, rds_iam).",
            "Give programs rds-db:connect for those users, and have them request tokens.",
        ),
        why_no_fix="turning it on adds one more way to sign in and removes none; the programs have to change",
    ),
    Guidance(
        id="FineGrainedSearch",
        title="Turn on fine-grained access control",
        problem="Search domain without fine-grained access control",
        controls=("Opensearch.7", "ES.7"),
        steps=(
            (
                "It requires encryption at rest, node-to-node encryption and HTTPS: turn those on first (each is a"
                " deployment)."
            ),
            (
                "aws opensearch update-domain-config --domain-name D --advanced-security-options"
                " Enabled=true,AnonymousAuthEnabled=true,MasterUserOptions={MasterUserARN=ROLE}: for 30 days,"
                " callers keep their access."
            ),
            (
                "Map roles for each caller in OpenSearch Dashboards, Security, and check in the audit log that they"
                " are used."
            ),
            (
                "aws opensearch update-domain-config --domain-name D --advanced-security-options"
                " AnonymousAuthEnabled=false: callers without a role are then refused."
            ),
        ),
        why_no_fix="it cannot be turned off again, and callers without a mapped role are refused",
    ),
    Guidance(
        id="OpenAgentGateway",
        title="Require authorization at the agent gateway",
        problem="Agent gateway without authorization",
        controls=("BedrockAgentCore.2",),
        steps=(
            (
                "Treat everything behind it as public until then: check its callers in CloudTrail and in the"
                " gateway's log."
            ),
            (
                "Choose AWS_IAM for callers in AWS, or CUSTOM_JWT with the discovery URL and audiences of your"
                " identity provider."
            ),
            (
                "aws bedrock-agentcore-control create-gateway with --authorizer-type and the same targets, where"
                " update-gateway refuses to change the type."
            ),
            "Move the clients, and delete the old gateway.",
        ),
        why_no_fix=(
            "every caller would be cut off until it has credentials, and it is not known which kind each can use"
        ),
    ),
)
