"""Cases of `bot.remediations.cloudfront.tls`."""

from __future__ import annotations

from typing import ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.cloudfront.tls import RaiseViewerTls, RedirectViewers
from tests.aws import plain_client
from tests.remediations.cases.cloudfront.distributions import distribution_config
from tests.remediations.cases.cloudfront.root_object import ADistributionWithoutRootObject
from tests.remediations.contract import targeted


class ADistributionOverHttp(ADistributionWithoutRootObject):
    """The default and one path accept HTTP and HTTPS; another path only HTTPS, and stays so."""

    remediation: ClassVar[type[Remediation]] = RedirectViewers
    certificate: ClassVar[dict[str, str]] = {}

    def make(self) -> Target:
        config = distribution_config()
        usual = config["DefaultCacheBehavior"]
        paths = [("/api/*", "allow-all"), ("/img/*", "https-only")]
        items = [{**usual, "PathPattern": path, "ViewerProtocolPolicy": policy} for path, policy in paths]
        config |= {"CacheBehaviors": {"Quantity": len(items), "Items": items}, "ViewerCertificate": self.certificate}
        made = plain_client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
        self.id: str = made["Id"]
        return targeted(self.remediation, made["ARN"])

    def edit_same(self, target: Target) -> None:
        now = plain_client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        self.change(DefaultCacheBehavior={**now["DefaultCacheBehavior"], "ViewerProtocolPolicy": "https-only"})


class ADistributionWithOldTls(ADistributionOverHttp):
    remediation = RaiseViewerTls
    certificate: ClassVar = {
        "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1f2e",
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1",
    }

    def edit_same(self, target: Target) -> None:
        self.change(ViewerCertificate={**self.certificate, "MinimumProtocolVersion": "TLSv1.2_2019"})
