"""What every agent pays for in every request: the four definitions."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from acrouter_mcp.tools import TOOLS

from acrouter_mcp.guide import INSTRUCTIONS

LISTED = {tool.name: tool.definition() for tool in TOOLS}


def compact(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def test_there_are_exactly_four_in_the_order_of_the_loop() -> None:
    assert list(LISTED) == ["choose_model", "verify_solution", "record_outcome", "recall_similar"]


def test_names_descriptions_and_inputs_stay_under_4500_bytes() -> None:
    wire = [{"name": t.name, "description": t.description, "inputSchema": t.input_schema} for t in LISTED.values()]
    assert compact(wire) < 4_500


def test_with_output_schemas_they_stay_under_10_kb() -> None:
    wire = [
        {
            "name": t.name,
            "description": t.description,
            "inputSchema": t.input_schema,
            "outputSchema": t.output_schema,
        }
        for t in LISTED.values()
    ]
    assert compact(wire) < 10_000


@pytest.mark.parametrize("tool", LISTED.values(), ids=list(LISTED))
def test_a_description_stands_alone_and_is_short(tool: Any) -> None:
    assert len(tool.description) < 300
    assert tool.description.startswith("Call ")


@pytest.mark.parametrize("tool", LISTED.values(), ids=list(LISTED))
def test_schemas_are_valid_and_hand_shaped(tool: Any) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        jsonschema.Draft202012Validator.check_schema(schema)
        text = json.dumps(schema)
        assert '"title"' not in text
        assert "anyOf" not in text
        assert "$ref" not in text
    assert tool.input_schema["additionalProperties"] is False


def numbers(schema: Any, name: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return every numeric property below `schema`, with its name."""
    found = []
    kind = schema.get("type")
    if kind in ("number", "integer") or (isinstance(kind, list) and {"number", "integer"} & set(kind)):
        found.append((name, schema))
    for key, child in schema.get("properties", {}).items():
        found += numbers(child, f"{name}.{key}")
    if isinstance(schema.get("items"), dict):
        found += numbers(schema["items"], f"{name}[]")
    return found


@pytest.mark.parametrize("tool", LISTED.values(), ids=list(LISTED))
def test_every_number_has_a_range_or_a_unit(tool: Any) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        for name, number in numbers(schema):
            named = name.endswith(("_s", "_ms", "_usd", "_days", "_tokens"))
            assert named or {"minimum", "maximum"} & set(number) or number.get("description"), name


def test_all_four_annotations_are_set_and_true() -> None:
    hints = {
        name: (
            tool.annotations.read_only_hint,
            tool.annotations.destructive_hint,
            tool.annotations.idempotent_hint,
            tool.annotations.open_world_hint,
        )
        for name, tool in LISTED.items()
        if tool.annotations
    }
    assert hints == {
        "choose_model": (False, False, False, False),
        "verify_solution": (False, False, False, False),
        "record_outcome": (False, False, True, False),
        "recall_similar": (True, False, True, False),
    }


def test_the_two_that_must_not_be_deferred_say_so() -> None:
    kept = {name for name, tool in LISTED.items() if tool.meta == {"anthropic/alwaysLoad": True}}
    assert kept == {"choose_model", "verify_solution"}


def test_the_instructions_name_the_tools_in_order_in_under_120_words() -> None:
    assert len(INSTRUCTIONS.split()) < 120
    places = [INSTRUCTIONS.index(name) for name in LISTED]
    assert places == sorted(places)
