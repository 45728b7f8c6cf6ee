"""Syntax trees of languages other than Python, by tree-sitter: no toolchain needed, a millisecond a file."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from tree_sitter import Language, Node, Parser, Tree

_GRAMMARS = {
    "bash": ("tree_sitter_bash", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "json": ("tree_sitter_json", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
_DEFINES = frozenset(
    {"function_declaration", "generator_function_declaration", "function_definition", "function_item",
     "function_signature", "function_signature_item", "method_definition", "method_declaration", "method_elem",
     "class_declaration", "abstract_class_declaration", "class_specifier", "struct_specifier", "union_specifier",
     "enum_specifier", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration",
     "type_alias_declaration", "type_spec", "type_alias", "const_spec", "var_spec", "variable_declarator",
     "struct_item", "enum_item", "union_item", "trait_item", "const_item", "static_item", "type_item", "mod_item",
     "macro_definition", "type_definition", "alias_declaration", "namespace_definition", "concept_definition",
     "preproc_def", "preproc_function_def", "pair", "public_field_definition", "field_definition",
     "variable_assignment", "declaration", "init_declarator"}
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "function_definition", "function_item",
     "method_definition", "method_declaration", "arrow_function", "function_expression"}
)  # fmt: skip
_NAMES = frozenset(
    {"identifier", "type_identifier", "field_identifier", "property_identifier", "word", "operator_name",
     "destructor_name", "namespace_identifier", "variable_name", "private_property_identifier"}
)  # fmt: skip
_UNFINISHED = re.compile(
    r"(?is)^(?:throw\b.*(?:implement|todo|unsupported)|(?:std::)?(?:todo|unimplemented)!|panic\(.*(?:implement|todo)"
    r"|assert\(\s*(?:0|false)\b|(?:true|:|return);?$|\"[^\"]*(?:implement|todo)[^\"]*\"$|echo .*not.implemented)"
)


@lru_cache(maxsize=16)
def _parser(grammar: str) -> Parser:
    module, attribute = _GRAMMARS[grammar]
    return Parser(Language(getattr(importlib.import_module(module), attribute)()))


@lru_cache(maxsize=64)
def parse(grammar: str, text: str) -> Tree:
    """Return the syntax tree of `text`, whatever is wrong with it; offsets are those of its UTF-8 form."""
    return _parser(grammar).parse(encoded(text) + b"\n")  # Go's grammar wants a line's end


def encoded(text: str) -> bytes:
    """Return the bytes that a tree's offsets count; a lone surrogate is as long as it is anywhere else."""
    return text.encode("utf-8", "surrogatepass")


def text_of(node: Node) -> str:
    """Return the source of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """Return the line that a node begins on, from 1."""
    return node.start_point[0] + 1


def walk(node: Node, into: Callable[[Node], bool] = lambda _: True) -> Iterator[Node]:
    """Yield `node` and what is below it, in the order of the source; a node that `into` refuses has nothing below."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if into(current):
            waiting.extend(reversed(current.children))


def syntax_error(tree: Tree) -> tuple[int, str] | None:
    """Return (line, what is wrong in words) of the first error in a tree, None if there is none."""
    if not tree.root_node.has_error:
        return None
    for node in walk(tree.root_node, lambda n: n.has_error):
        if node.is_missing:
            return _place(node), f"expected '{node.type}'" + _before(node)
        if node.is_error:
            return _described(node)
    return None


def _described(node: Node) -> tuple[int, str]:
    """Say what an error node is about: the token that fits nowhere, or an opened bracket that nothing closes."""
    unclosed: list[Node] = []
    closing = {")": "(", "]": "[", "}": "{"}
    for leaf in (n for n in walk(node) if not n.children):
        if leaf.type in closing.values():
            unclosed.append(leaf)
        elif leaf.type in closing and unclosed and unclosed[-1].type == closing[leaf.type]:
            unclosed.pop()
    if unclosed and node.end_byte - node.start_byte > 1:
        return line_of(unclosed[-1]), f"'{unclosed[-1].type}' is never closed"
    lines = text_of(node).strip().splitlines() or [""]
    return line_of(node), f"unexpected '{lines[0][:60]}'"


def _place(node: Node) -> int:
    """Return the line that something is missing on: where what stands before it ends."""
    before = node.prev_sibling
    return line_of(before) + text_of(before).rstrip().count("\n") if before else line_of(node)


def _before(node: Node) -> str:
    previous = node.prev_sibling
    lines = text_of(previous).strip().splitlines() if previous else []
    return f" after '{lines[-1][-40:]}'" if lines else ""


def defined_names(tree: Tree) -> set[str]:
    """Return every name that a file gives to something, at whatever depth, assignments to members included."""
    found: set[str] = set()
    for node in walk(tree.root_node):
        if node.type in _DEFINES:
            found.update(names_of(node))
        elif node.type == "assignment_expression":
            left = node.child_by_field_name("left")
            target = left.child_by_field_name("property") if left and left.type == "member_expression" else left
            found.update([text_of(target)] if target and target.type in _NAMES else [])
        elif node.type in ("shorthand_property_identifier", "export_specifier"):
            alias = node.child_by_field_name("alias") or node.child_by_field_name("name") or node
            found.add(text_of(alias))
    return found


def names_of(node: Node) -> list[str]:
    """Return the names that one definition gives: of a declarator in C, the one in its middle."""
    named = [child for field in ("name", "key") for child in node.children_by_field_name(field)]
    if named:
        return [text_of(child).strip("'\"") for child in named]
    names = []
    for declarator in node.children_by_field_name("declarator"):
        inner: Node | None = declarator
        while inner is not None and inner.type not in _NAMES:
            inner = inner.child_by_field_name("declarator") or inner.child_by_field_name("name") or _last_name(inner)
        if inner is not None:
            names.append(text_of(inner))
    return names


def _last_name(node: Node) -> Node | None:
    return next((c for c in reversed(node.named_children) if c.type in _NAMES or c.type.endswith("declarator")), None)


def functions(root: Node) -> list[tuple[str, Node]]:
    """Return (name, node) of the functions with a body; those that a variable or a key holds have its name."""
    found = []
    for node in walk(root):
        if node.type in _FUNCTIONS and node.child_by_field_name("body"):
            names = names_of(node) or (names_of(node.parent) if node.parent else [])
            found.append((names[0] if names else "", node))
    return found


def is_stub(function: Node) -> bool:
    """Whether a body has nothing but comments and a word that it is still to be written."""
    body = function.child_by_field_name("body")
    if body is None:
        return False
    statements = list(_statements(body))
    if body.type not in ("statement_block", "block", "compound_statement", "constructor_body"):
        return False
    return all(_UNFINISHED.match(text_of(statement)) for statement in statements)


def _statements(body: Node) -> Iterable[Node]:
    for child in body.named_children:
        if child.type in ("statement_list", "initializer_list"):
            yield from _statements(child)
        elif "comment" not in child.type:
            yield child


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return `text` with each (start, end, new text) applied; offsets are bytes, and edits don't overlap."""
    source = encoded(text)
    pieces: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        pieces += [source[at:start], encoded(new)]
        at = end
    return b"".join([*pieces, source[at:]]).decode("utf-8", "surrogatepass")
