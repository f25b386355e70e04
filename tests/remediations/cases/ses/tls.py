"""Cases of `bot.remediations.ses.tls`."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.remediations.ses.tls import RequireTlsForMail
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.contract import Case, targeted


class MailInPlainText(Case):
    """A configuration set without TLS; its dedicated IP pool stays."""

    remediation = RequireTlsForMail
    two_valued = True

    def make(self) -> Target:
        plain_client("sesv2").create_configuration_set(
            ConfigurationSetName="invoices", DeliveryOptions={"TlsPolicy": "OPTIONAL", "SendingPoolName": "ours"}
        )
        return targeted(RequireTlsForMail, f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/invoices")

    def edit_beside(self, target: Target) -> None:
        self.put(SendingPoolName="theirs", TlsPolicy=self.options().get("TlsPolicy", "OPTIONAL"))

    def beside(self, target: Target) -> Any:
        return self.options().get("SendingPoolName")

    def edit_same(self, target: Target) -> None:
        self.put(SendingPoolName="ours", TlsPolicy="OPTIONAL")

    def destroy(self, target: Target) -> None:
        plain_client("sesv2").delete_configuration_set(ConfigurationSetName="invoices")

    def options(self) -> dict[str, Any]:
        found = plain_client("sesv2").get_configuration_set(ConfigurationSetName="invoices")
        return dict(found.get("DeliveryOptions", {}))

    def put(self, **options: Any) -> None:
        plain_client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName="invoices", **options)
