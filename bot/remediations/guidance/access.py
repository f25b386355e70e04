"""Who gets in, and with what: those who would be locked out have to be asked."""

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
                "aws cognito-idp describe-user-pool --user-pool-id POOL, and keep what it says: the update sets"
                " everything that it is not told back to its default."
            ),
            (
                "Cognito.3: Policies.PasswordPolicy with MinimumLength 8 or more, all four kinds of characters,"
                " TemporaryPasswordValidityDays 7 or less. It holds for new passwords only."
            ),
            (
                "Cognito.1, Cognito.4: UserPoolTier PLUS (it costs by the user), UserPoolAddOns.AdvancedSecurityMode"
                " ENFORCED, AdvancedSecurityAdditionalFlows.CustomAuthMode ENFORCED. Try AUDIT first: ENFORCED"
                " blocks risky sign-ins."
            ),
            "Cognito.6: DeletionProtection ACTIVE.",
            (
                "aws cognito-idp update-user-pool --cli-input-json file://pool.json, with all that the first call"
                " said and these changes; compare with the first call afterwards."
            ),
        ),
        why_no_fix=(
            "the call forgets whatever it is not told (messages, triggers, verification), and has no version to compare"
        ),
    ),
    Guidance(
        id="UserPoolMfa",
        title="Ask the pool's users for a second factor",
        problem="User pool without MFA",
        controls=("Cognito.5",),
        steps=(
            (
                "See that the application knows the challenges SOFTWARE_TOKEN_MFA and MFA_SETUP; an old client"
                " cannot sign in otherwise."
            ),
            (
                "aws cognito-idp set-user-pool-mfa-config --user-pool-id POOL --software-token-mfa-configuration"
                " Enabled=true --mfa-configuration OPTIONAL"
            ),
            "Let users register, then say ON in place of OPTIONAL.",
        ),
        why_no_fix="users of an application that does not know the challenge could not sign in any more",
    ),
    Guidance(
        id="DecryptEverything",
        title="Name the keys that the policy may decrypt with",
        problem="Policy decrypts with every key",
        controls=("KMS.1", "KMS.2"),
        steps=(
            (
                "Who has it: aws iam list-entities-for-policy --policy-arn POLICY (KMS.1); KMS.2 is an inline policy"
                " of the user, role or group that the finding names."
            ),
            (
                "Which keys they use: CloudTrail events Decrypt and ReEncrypt by the principal, of 90 days,"
                " resources.ARN."
            ),
            (
                "In the statement with kms:Decrypt, kms:ReEncryptFrom or kms:*, name these keys' ARNs in place of *."
                " aws iam create-policy-version --policy-arn POLICY --policy-document file://policy.json"
                " --set-as-default; inline: aws iam put-role-policy"
            ),
            "Watch for AccessDenied in CloudTrail; aws iam set-default-policy-version goes back at once.",
        ),
        why_no_fix="which keys its holders need, data that is read once a year tells nobody in advance",
    ),
    Guidance(
        id="GraphIam",
        title="Let programs sign in to Neptune by IAM",
        problem="Neptune cluster without IAM authentication",
        controls=("Neptune.7",),
        steps=(
            "Give each program's role neptune-db:connect (or finer actions) on the cluster's resource id.",
            "Let each sign its requests (Signature Version 4; the clients of Gremlin and SPARQL have libraries).",
            (
                "aws neptune modify-db-cluster --db-cluster-identifier CLUSTER --enable-iam-database-authentication"
                " --apply-immediately"
            ),
        ),
        why_no_fix="from then on every request that is not signed is refused",
    ),
    Guidance(
        id="AccessPointLimits",
        title="Make the access point anew, with a root and a user",
        problem="Access point without its own root or user",
        controls=("EFS.3", "EFS.4"),
        steps=(
            (
                "aws efs describe-access-points --access-point-id ID, and what mounts it: task definitions,"
                " functions, hosts."
            ),
            (
                "aws efs create-access-point --file-system-id FS --root-directory"
                " Path=/app,CreationInfo={OwnerUid=1000,OwnerGid=1000,Permissions=0750} --posix-user"
                " Uid=1000,Gid=1000"
            ),
            (
                "See that the files below it belong to that user (chown -R by a host that mounts the file system"
                " itself)."
            ),
            "Let programs mount the new one; when the old is quiet: aws efs delete-access-point --access-point-id ID",
        ),
        why_no_fix=(
            "EFS decides both when an access point is made, and files of other users could not be read through it"
        ),
    ),
    Guidance(
        id="PublicMountTarget",
        title="Move the mount target to a private subnet",
        problem="Mount target in a public subnet",
        controls=("EFS.6",),
        steps=(
            "EC2.15 is the other way: a subnet that gives no public addresses at launch satisfies the control, too.",
            (
                "aws efs describe-mount-targets --file-system-id FS; a zone has one mount target, so in that zone"
                " there is none for minutes."
            ),
            "Stop its clients in that zone, aws efs delete-mount-target --mount-target-id ID",
            (
                "aws efs create-mount-target --file-system-id FS --subnet-id PRIVATE --security-groups GROUP, wait"
                " for available, start them; its address is another, its DNS name is not."
            ),
        ),
        why_no_fix="whatever mounts it in that zone hangs until there is another one",
    ),
    Guidance(
        id="WarehouseAdministrator",
        title="Give the warehouse another administrator's name",
        problem="Warehouse with the default administrator",
        controls=("Redshift.8", "RedshiftServerless.5"),
        steps=(
            (
                "Redshift.8: the name is decided when a cluster is made. aws redshift create-cluster-snapshot"
                " --cluster-identifier OLD --snapshot-identifier S does not help, for a restored cluster keeps it:"
                " aws redshift create-cluster with --master-username OTHER, and UNLOAD and COPY or data sharing."
            ),
            (
                "RedshiftServerless.5: aws redshift-serverless update-namespace --namespace-name NAME"
                " --admin-username OTHER --admin-user-password or --manage-admin-password"
            ),
            "Programs that sign in as awsuser or admin need users of their own first.",
        ),
        why_no_fix="whatever signs in by the old name is cut off, and a cluster has to be made anew for it",
    ),
    Guidance(
        id="StackRole",
        title="Let the stack work by a role of its own",
        problem="Stack without a service role",
        controls=("CloudFormation.4",),
        steps=(
            (
                "Make a role that cloudformation.amazonaws.com may assume, with what the stack's resources need: no"
                " more than who deploys it now."
            ),
            (
                "With its next change: aws cloudformation update-stack --stack-name STACK --template-body"
                " file://template.yaml --role-arn ROLE, with --capabilities and --parameters as ever."
            ),
            "Who deploys needs iam:PassRole for it. A stack's role cannot be taken away again, only replaced.",
        ),
        why_no_fix="a role that lacks a right makes the next update fail, and cannot be taken off a stack",
    ),
    Guidance(
        id="ShareWithinOrganisation",
        title="Share the portfolio within the organisation only",
        problem="Portfolio shared with single accounts",
        controls=("ServiceCatalog.1",),
        steps=(
            (
                "aws servicecatalog list-portfolio-access --portfolio-id ID: with which accounts, and are they the"
                " organisation's?"
            ),
            (
                "aws servicecatalog create-portfolio-share --portfolio-id ID --organization-node"
                " Type=ORGANIZATIONAL_UNIT,Value=OU"
            ),
            (
                "Let these accounts use the share of the organisation: products that they provisioned by the old one"
                " stay."
            ),
            "aws servicecatalog delete-portfolio-share --portfolio-id ID --account-id ACCOUNT",
        ),
        why_no_fix="accounts that imported the portfolio lose its products from their own portfolios",
    ),
    Guidance(
        id="ManagedInstance",
        title="Let Systems Manager reach the instance",
        problem="Instance that Systems Manager does not know",
        controls=("SSM.1",),
        steps=(
            "Does the agent run on it? AWS's images have it; else install it.",
            (
                "Its role needs AmazonSSMManagedInstanceCore; for all instances at once: Systems Manager, Default"
                " Host Management Configuration."
            ),
            "Can it reach ssm, ssmmessages and ec2messages of its Region, by NAT or VPC endpoints, on 443?",
            (
                "aws ssm describe-instance-information --filters Key=InstanceIds,Values=INSTANCE shows it within"
                " minutes."
            ),
        ),
        why_no_fix=(
            "agent, role and way are three causes, and a role that is put on an instance changes what its programs may"
        ),
    ),
    Guidance(
        id="BusPolicy",
        title="Say who may send to the event bus",
        problem="Event bus without a policy",
        controls=("EventBridge.3",),
        steps=(
            (
                "Who sends? Programs of its own account need no policy; with none, no other account gets in, which"
                " is the safe side: exempt it then."
            ),
            (
                "Else name them: aws events put-permission --event-bus-name BUS --statement-id ID --action"
                " events:PutEvents --principal ACCOUNT"
            ),
            (
                "For a whole organisation: --principal '*' --condition"
                " Type=StringEquals,Key=aws:PrincipalOrgID,Value=ORG"
            ),
        ),
        why_no_fix="a policy lets in more than none does; whom to let in its owners know",
    ),
    Guidance(
        id="RootAuthority",
        title="Disable the root authority",
        problem="Root certificate authority is active",
        controls=("PCA.1",),
        steps=(
            (
                "Does it sign a subordinate's certificate soon? aws acm-pca list-certificate-authorities: what ends"
                " when."
            ),
            (
                "aws acm-pca update-certificate-authority --certificate-authority-arn ARN --status DISABLED; what it"
                " has signed stays valid."
            ),
            "Enable it when it has to sign, then disable it again.",
        ),
        why_no_fix="a disabled authority signs nothing, and what it has to sign next only its owners know",
    ),
)
