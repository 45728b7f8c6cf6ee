"""Reading Java tests before they run: the names they promise, and the marks around what asserts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.grammar import line_of, text_of, walk

TYPES = ("class_declaration", "interface_declaration", "enum_declaration", "record_declaration")
_HARD = re.compile(r"\bassert\b|\bthrow\b|\bassert\w+\s*\(|System\.exit|\bfail\s*\(")
_STATEMENTS = frozenset(
    {"assert_statement", "expression_statement", "if_statement", "for_statement", "enhanced_for_statement",
     "while_statement", "try_statement", "block", "switch_expression"}
)  # fmt: skip
_MARKS = re.compile(r"@(?:org\.junit\.[\w.]*)?(Test|ParameterizedTest|RepeatedTest)\b")


def root_of(text: str) -> Node:
    """Return the root of a file's syntax tree."""
    return grammar.parse("java", text).root_node


def package_of(text: str) -> str:
    """Return the package that a file is in, empty for none."""
    found = re.search(r"^\s*package\s+([\w.]+)\s*;", text, re.MULTILINE)
    return found[1] if found else ""


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a test file holds, and its text with marks in it."""

    text: str = ""
    promised: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """What the harness is told to run."""


def plan(file: str, text: str, package: str) -> Plan:
    """Return what a test file holds and its text with marks; raises SyntaxError."""
    tree = grammar.parse("java", text)
    wrong = grammar.syntax_error(tree)
    if wrong:
        raise SyntaxError(wrong[1], (file, wrong[0], 0, ""))
    if not any(node.type in TYPES for node in tree.root_node.named_children):
        return plan(file, _with_main(text), package)
    made = Plan()
    edits = [
        (node.start_byte, node.start_byte + len("System.exit"), f"{package}.Harness.exit")
        for node in walk(tree.root_node)
        if node.type == "method_invocation" and text_of(node).startswith("System.exit(")
    ]
    prefix = f"{package_of(text)}." if package_of(text) else ""
    methods = [(n, grammar.names_of(n)[0]) for n in walk(tree.root_node) if n.type == "method_declaration"]
    if any(_marked(node) for node, _ in methods):
        for node, name in methods:
            if _marked(node):
                made.promised.append(f"{owner_of(node)}.{name}")
        tops = dict.fromkeys(owner_of(node, top=True) for node, _ in methods if _marked(node))
        made.words = [f"tests|{prefix}{top}|{file}" for top in tops]
    elif main := next((node for node, name in methods if name == "main"), None):
        edits += _steps(main, {name: node for node, name in methods}, made, file, package)
        whole = "-" if made.promised else "main"
        made.promised = made.promised or ["main"]
        made.words = [f"main|{prefix}{owner_of(main, top=True)}|{file}|{whole}"]
    else:
        tests = [(node, name) for node, name in methods if name.startswith("test")]
        made.promised = [f"{owner_of(node)}.{name}" for node, name in tests]
        made.words = [f"tests|{prefix}{top}|{file}" for top in dict.fromkeys(owner_of(n, top=True) for n, _ in tests)]
    made.text = grammar.edited(text, edits)
    return made


def _with_main(text: str) -> str:
    """Return tests that are only statements as the main of a class."""
    root = root_of(text)
    methods = any(node.type == "method_declaration" for node in root.named_children)
    at = max(
        (n.end_byte for n in root.named_children if n.type in ("import_declaration", "package_declaration")), default=0
    )
    source = grammar.encoded(text)
    head, body = (part.decode("utf-8", "surrogatepass") for part in (source[:at], source[at:]))
    inner = body if methods else f"public static void main(String[] args) throws Throwable {{ {body}\n}}"
    return f"{head} class Tests {{ {inner} }}"


def _marked(method: Node) -> bool:
    modifiers = next((child for child in method.children if child.type == "modifiers"), None)
    return modifiers is not None and bool(_MARKS.search(text_of(modifiers)))


def owner_of(node: Node, *, top: bool = False) -> str:
    """Return the class that a method stands in; with `top` the outermost one."""
    found = ""
    above: Node | None = node.parent
    while above is not None:
        if above.type in TYPES and (top or not found):
            found = grammar.names_of(above)[0]
        above = above.parent
    return found


def _steps(
    main: Node, methods: Mapping[str, Node], made: Plan, file: str, package: str
) -> Iterator[tuple[int, int, str]]:
    """Yield the marks around the asserting statements of a main, each of which runs whatever came of the others."""
    bodies = {
        name: text_of(node.child_by_field_name("body") or node) for name, node in methods.items() if name != "main"
    }
    checkers = {name for name, body in bodies.items() if _HARD.search(body)}
    for _ in range(3):
        checkers |= {n for n, body in bodies.items() if any(re.search(rf"\b{c}\s*\(", body) for c in checkers)}
    soft = set(bodies) - checkers
    body = main.child_by_field_name("body")
    for statement in body.named_children if body else []:
        text = text_of(statement)
        calls = {text_of(n) for n in walk(statement) if n.type == "identifier"}
        hard = any(match[0].rstrip("( ") not in soft for match in _HARD.finditer(text))
        ends = any(n.type in ("return_statement", "throw_statement") and n.parent == body for n in walk(statement))
        only_exit = "System.exit" in text and not re.search(r"\bassert\b|\bthrow\b", text)
        if statement.type not in _STATEMENTS or ends or only_exit or not (hard or calls & checkers):
            continue
        tests = [c for c in calls & checkers if c.lower().startswith("test")]
        name = tests[0] if len(tests) == 1 and tests[0] not in made.promised else f"line {line_of(statement)}"
        name = name if name not in made.promised else f"{name}, column {statement.start_point[1] + 1}"
        made.promised.append(name)
        mark = f"{package}.Harness.begin({json.dumps(f'{file}::{name}')}); try {{ "
        end = f" {package}.Harness.pass(); }} catch (Throwable acrE) {{ {package}.Harness.fail(acrE); }}"
        yield (statement.start_byte, statement.start_byte, mark)
        yield (statement.end_byte, statement.end_byte, end)
