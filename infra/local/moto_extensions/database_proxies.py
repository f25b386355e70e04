"""RDS Proxy: ModifyDBProxy."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from infra.local.moto_extensions.patching import replace


def modify_db_proxy(self: RDSResponse) -> Any:
    """Change RequireTLS and the idle timeout; the other parameters are not supported.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBProxy.html
    """
    proxy = self.backend.describe_db_proxies(self.params["DBProxyName"])[0]
    proxy.require_tls = self.params.get("RequireTLS", proxy.require_tls)
    proxy.idle_client_timeout = self.params.get("IdleClientTimeout", proxy.idle_client_timeout)
    return ActionResult({"DBProxy": proxy})


def install() -> None:
    replace(RDSResponse, modify_db_proxy=modify_db_proxy)
