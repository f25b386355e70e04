"""Where foreign objects become typed: a model names what we read of them, and the error names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.errors import BadInput

Model = TypeVar("Model", bound="Border")

_MOST_FAULTS: Final = 3


class Border(BaseModel):
    """A foreign object: what we do not need is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=False)


def parse(model: type[Model], body: Mapping[str, object], name: str) -> Model:
    """The typed form of a foreign object. Raises BadInput that names the fields at fault."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        faults = "; ".join(_fault(one["loc"], one["msg"]) for one in error.errors()[:_MOST_FAULTS])
        raise BadInput(f"{name}: {faults}") from error


def _fault(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(step) for step in place)}: {message[:1].lower()}{message[1:]}"
