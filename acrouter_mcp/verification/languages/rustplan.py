"""Reading Rust tests before they run: their test functions, as ordinary ones that a main of ours can call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.grammar import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test function."""

    name: str
    """As it is promised: `adds`, `tests::adds`."""
    call: str
    panics: str | None
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a test file holds, with its test functions made ordinary ones."""

    file: str
    tests: list[Test]
    text: str
    apart: bool
    """A crate of its own, which uses the solution's."""


def plan(name: str, text: str, crate: str) -> Plan:
    """Return the plan of a test file for a crate of this name; raises SyntaxError."""
    text = re.sub(r"^\s*(?:pub )?mod solution;", "", text, flags=re.MULTILINE)
    tree = grammar.parse("rust", text)
    wrong = grammar.syntax_error(tree)
    if wrong:
        raise SyntaxError(wrong[1], (name, wrong[0], 0, ""))
    apart = bool(re.search(rf"\b(?:{crate}|solution)::|extern crate", text))
    edits: list[tuple[int, int, str]] = []
    tests = list(_tests(tree.root_node, "", edits))
    inner = (node for node in tree.root_node.named_children if node.type == "inner_attribute_item")
    edits += [(node.start_byte, node.end_byte, "") for node in inner]
    marked = grammar.edited(text, edits)
    if crate != "solution":
        marked = re.sub(r"\bsolution::", f"{crate}::", marked)
    lone = any(text_of(n).startswith("use super::") for n in tree.root_node.named_children)
    if lone and not apart:
        marked = f"pub(crate) mod acr_inner {{ {marked}\n}}"
        tests = [replace(test, call=f"acr_inner::{test.call}") for test in tests]
    return Plan(file=name, tests=tests, text=marked, apart=apart)


def _tests(node: Node, path: str, edits: list[tuple[int, int, str]]) -> Iterator[Test]:
    attributes: list[Node] = []
    for child in node.named_children:
        if child.type == "attribute_item":
            attributes.append(child)
            continue
        if "comment" in child.type:
            continue
        words = [re.sub(r"\s+", "", text_of(one)) for one in attributes]
        if child.type == "mod_item" and (body := child.child_by_field_name("body")):
            edits += [(one.start_byte, one.end_byte, "") for one, word in zip(attributes, words, strict=True)
                      if word == "#[cfg(test)]"]  # fmt: skip
            inner = f"{path}{grammar.names_of(child)[0]}::"
            found = list(_tests(body, inner, edits))
            _publish(child, edits)
            yield from found
        elif child.type == "function_item" and "#[test]" in words:
            edits += [(one.start_byte, one.end_byte, "") for one in attributes if _about_tests(text_of(one))]
            _publish(child, edits)
            name = path + grammar.names_of(child)[0]
            yield Test(name=name, call=name, panics=_panics(attributes), skipped=any("#[ignore" in w for w in words))
        attributes = []


def _about_tests(attribute: str) -> bool:
    return bool(re.match(r"#\[\s*(?:test|should_panic|ignore)\b", attribute))


def _panics(attributes: list[Node]) -> str | None:
    for one in attributes:
        text = text_of(one)
        if re.match(r"#\[\s*should_panic", text):
            expected = re.search(r'"((?:[^"\\]|\\.)*)"', text)
            return expected[1] if expected else ""
    return None


def _publish(item: Node, edits: list[tuple[int, int, str]]) -> None:
    if not any(child.type == "visibility_modifier" for child in item.children):
        edits.append((item.start_byte, item.start_byte, "pub(crate) "))
