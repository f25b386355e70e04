"""Typed models of payloads from outside: the fields that the bot reads, and errors that name the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.errors import BadInput

Model = TypeVar("Model", bound="PayloadModel")

_MAX_REPORTED: Final = 3


class PayloadModel(BaseModel):
    """Base of models of external payloads; fields that a model does not name are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=False)


def parse_payload(model: type[Model], body: Mapping[str, object], name: str) -> Model:
    """Return the payload as a model. Raises BadInput that names the wrong fields."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        reasons = "; ".join(_reason(one["loc"], one["msg"]) for one in error.errors()[:_MAX_REPORTED])
        raise BadInput(f"{name}: {reasons}") from error


def _reason(location: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, location))}: {message[:1].lower()}{message[1:]}"
