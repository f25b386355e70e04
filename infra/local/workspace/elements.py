"""Interactive elements: Slack's `state.values`, a short form for scripts, and the `actions` of a press."""

from dataclasses import dataclass
from typing import Any

from infra.local.workspace.config import JSON
from infra.local.workspace.errors import ScriptError
from infra.local.workspace.normalize import elements_of, every_block

# element type → (field of the choice, field of the initial value)
_CHOSEN: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = ("selected_options", "selected_users", "selected_channels", "selected_conversations")

_MAX_INPUT = 3_000
"""Default maximum of an input's characters (block-elements/plain-text-input-element)."""


@dataclass(frozen=True)
class ElementRef:
    """An element, its block, and the index of the attachment with the block (0: none)."""

    block: JSON
    element: JSON
    attachment: int = 0


def interactive_elements(body: JSON) -> list[ElementRef]:
    """Return all interactive elements of a message or view, in display order."""
    own = every_block({"blocks": body.get("blocks")})
    found = [ElementRef(block, element) for block in own for element in elements_of(block)]
    for attachment in body.get("attachments") or []:
        found += [
            ElementRef(place.block, place.element, attachment.get("id", 1))
            for place in interactive_elements(attachment)
        ]
    return found


def initial_values(body: JSON) -> JSON:
    """Return `state.values` before any input."""
    values: JSON = {}
    for place in _stateful(body):
        row = values.setdefault(place.block["block_id"], {})
        row[place.element["action_id"]] = _state(place.element, place.element.get(_CHOSEN[place.element["type"]][1]))
    return values


def _stateful(body: JSON) -> list[ElementRef]:
    return [
        place
        for place in interactive_elements(body)
        if place.element["type"] in _CHOSEN and place.element["type"] != "overflow"
    ]


def _state(element: JSON, chosen: Any) -> JSON:
    name = _CHOSEN[element["type"]][0]
    return {"type": element["type"], name: [] if chosen is None and name in _LISTS else chosen}


def merged_values(body: JSON, before: JSON, given: JSON) -> JSON:
    """Return `state.values` after a person filled in `given` (Slack's full form, or {action_id or block_id: choice}).

    Raises ScriptError for an unknown name and for a choice that the element does not offer.
    """
    values = {block: dict(row) for block, row in (before or initial_values(body)).items()}
    for name, value in given.items():
        for place, chosen in _addressed(body, name, value):
            values.setdefault(place.block["block_id"], {})[place.element["action_id"]] = chosen
    return values


def _addressed(body: JSON, name: str, value: Any) -> list[tuple[ElementRef, JSON]]:
    rows = [place for place in _stateful(body) if place.block["block_id"] == name]
    if isinstance(value, dict) and rows:
        found = [(_in_row(rows, name, action), state) for action, state in value.items()]
        return [(place, _full(place.element, state)) for place, state in found]
    named = [place for place in _stateful(body) if place.element["action_id"] == name] or rows
    if len(named) != 1:
        raise ScriptError(f"{len(named)} inputs are named {name!r}; there are: {_names(_stateful(body))}")
    return [(named[0], _full(named[0].element, value))]


def _in_row(rows: list[ElementRef], block: str, action: str) -> ElementRef:
    for place in rows:
        if place.element["action_id"] == action:
            return place
    raise ScriptError(f"block {block!r} has no input {action!r}")


def _names(found: list[ElementRef]) -> str:
    return ", ".join(f"{place.block['block_id']}/{place.element['action_id']}" for place in found) or "none"


def _full(element: JSON, value: Any) -> JSON:
    """Return a choice in Slack's form; it may be in that form already."""
    name = _CHOSEN[element["type"]][0]
    if isinstance(value, dict) and name in value:
        value = value[name]
    if name in _LISTS:
        value = _listed(value)
    if name == "selected_options":
        value = [_option(element, item) for item in value]
    if name == "selected_option":
        value = _option(element, value)
    return _state(element, value or None)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def _option(element: JSON, wanted: Any) -> Any:
    if wanted in (None, ""):
        return None
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    offered = ", ".join(str(option["value"]) for option in options_of(element))
    raise ScriptError(f"{element['action_id']!r} does not offer {value!r}; it offers: {offered}")


def options_of(element: JSON) -> list[JSON]:
    """Return all options of an element, including those of groups."""
    grouped = [option for group in element.get("option_groups") or [] for option in group.get("options") or []]
    return [*(element.get("options") or []), *grouped]


def find(body: JSON, action_id: str, block_id: str = "", value: Any = None) -> ElementRef:
    """Return the one element that a press means. Raises ScriptError for none or more than one.

    `value` distinguishes buttons with the same action id.
    """
    there = interactive_elements(body)
    named = [place for place in there if place.element["action_id"] == action_id and _fits(place, block_id, value)]
    if len(named) == 1:
        return named[0]
    sentence = f"{len(named) or 'no'} elements match action_id {action_id!r} here; there are: {_names(there)}"
    raise ScriptError(sentence, 400 if named else 404)


def _fits(place: ElementRef, block_id: str, value: Any) -> bool:
    """Return whether the element is in the block, and a button with the value, where either is given."""
    another_button = place.element["type"] == "button" and place.element.get("value") != value
    return block_id in ("", place.block["block_id"]) and (value is None or not another_button)


def action(place: ElementRef, value: Any, action_ts: str) -> JSON:
    """Return the entry in `actions` for a press on an element, with the choice if it has one."""
    element = place.element
    entry: JSON = {"type": element["type"], "action_id": element["action_id"], "block_id": place.block["block_id"]}
    if element["type"] == "button":
        entry |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    else:
        entry |= {key: element[key] for key in ("placeholder", _CHOSEN[element["type"]][1]) if element.get(key)}
        entry |= _full(element, value)
        if element["type"] == "overflow" and not entry["selected_option"]:
            raise ScriptError(f"{element['action_id']!r} is a menu: name the entry in 'value'")
    return entry | {"action_ts": action_ts}


def unfilled(body: JSON, values: JSON) -> dict[str, str]:
    """Return the inputs that Slack's client refuses to submit: block_id → error text."""
    complaints: dict[str, str] = {}
    for block in every_block(body):
        if block.get("type") == "input":
            element = block["element"]
            complaint = _complaint(block, element, values.get(block["block_id"], {}).get(element["action_id"], {}))
            complaints |= {block["block_id"]: complaint} if complaint else {}
    return complaints


def _complaint(block: JSON, element: JSON, state: JSON) -> str:
    if element["type"] not in _CHOSEN:
        return ""
    chosen = state.get(_CHOSEN[element["type"]][0])
    if not chosen:
        return "" if block.get("optional") else "Please complete this required field."
    return _length_complaint(element, chosen) if isinstance(chosen, str) else ""


def _length_complaint(element: JSON, text: str) -> str:
    fewest, most = int(element.get("min_length") or 0), int(element.get("max_length") or _MAX_INPUT)
    if len(text) < fewest:
        return f"Please enter at least {fewest} characters."
    return f"Please shorten this to {most} characters." if len(text) > most else ""
