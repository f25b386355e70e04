"""SES: delivery options of a configuration set."""

from __future__ import annotations

import json
from typing import Any

from moto.ses.models import ConfigurationSet
from moto.sesv2 import urls
from moto.sesv2.responses import SESV2Response

from infra.local.moto_extensions.patching import replace

_OPTIONS = ("TlsPolicy", "SendingPoolName", "MaxDeliverySeconds")


def put_configuration_set_delivery_options(self: SESV2Response) -> str:
    """Replace all options: those that the call does not name are removed.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutConfigurationSetDeliveryOptions.html
    """
    name = self.path.partition("/configuration-sets/")[2].partition("/")[0]
    found: ConfigurationSet = self.sesv2_backend.get_configuration_set(configuration_set_name=name)
    given: dict[str, Any] = {one: self._get_param(one) for one in _OPTIONS}
    found.delivery_options = {one: value for one, value in given.items() if value is not None}
    return json.dumps({})


def install() -> None:
    replace(SESV2Response, put_configuration_set_delivery_options=put_configuration_set_delivery_options)
    urls.url_paths["{0}/v2/email/configuration-sets/(?P<ConfigurationSetName>[^/]+)/delivery-options$"] = (
        SESV2Response.dispatch
    )
