"""TypeScript to JavaScript: types become spaces, so that lines and columns stay; enums and the like become code."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.grammar import text_of, walk

Edit = tuple[int, int, str]
_GONE = frozenset(
    {"type_annotation", "type_parameters", "type_arguments", "interface_declaration", "type_alias_declaration",
     "ambient_declaration", "function_signature", "abstract_method_signature", "method_signature", "index_signature",
     "accessibility_modifier", "override_modifier", "implements_clause", "asserts_annotation",
     "type_predicate_annotation", "omitting_type_annotation", "opting_type_annotation", "adding_type_annotation"}
)  # fmt: skip
_FIELD = frozenset({"public_field_definition", "required_parameter", "optional_parameter"})
_TYPES_ONLY = frozenset(
    {"interface_declaration", "type_alias_declaration", "ambient_declaration", "function_signature"}
)


def erased(text: str, *, tsx: bool = False) -> str:
    """Return TypeScript as JavaScript; decorators are left as they are."""
    root = grammar.parse("tsx" if tsx else "typescript", text).root_node
    edits = list(_Eraser(root, grammar.encoded(text)).edits(root))
    return grammar.edited(text, edits)


class _Eraser:
    def __init__(self, root: Node, source: bytes) -> None:
        self._source = source
        self._values = _value_names(root)
        self._types = {
            text_of(name)
            for node in walk(root)
            if node.type in ("interface_declaration", "type_alias_declaration")
            and (name := node.child_by_field_name("name"))
        } - _declared_values(root)

    def edits(self, node: Node) -> Iterator[Edit]:
        """Yield the edits of a node and what is below it."""
        done = list(self._own(node))
        yield from done
        for child in node.children:
            if not any(start <= child.start_byte and child.end_byte <= end for start, end, _ in done):
                yield from self.edits(child)

    def _own(self, node: Node) -> Iterator[Edit]:
        kind = node.type
        if kind in _GONE:
            yield self._blank(node)
        elif kind == "export_statement":
            yield from self._export(node)
        elif kind == "import_statement":
            yield from self._import(node)
        elif kind in ("as_expression", "satisfies_expression", "non_null_expression"):
            yield self._blank(node, start=node.children[0].end_byte)
        elif kind in _FIELD:
            yield from self._field(node)
        elif kind in ("method_definition", "variable_declarator", "abstract_class_declaration"):
            yield from (self._blank(c) for c in node.children if c.type in ("?", "!", "abstract"))
            if kind == "method_definition":
                yield from _parameter_properties(node)
        elif kind == "enum_declaration":
            yield (node.start_byte, node.end_byte, self._same_lines(node, _enum(node)))
        elif kind == "internal_module":
            yield from self._namespace(node)

    def _blank(self, node: Node, start: int | None = None, end: int | None = None) -> Edit:
        """Return the edit that puts spaces in the place of a node, and a `;` where a statement ended."""
        start = node.start_byte if start is None else start
        end = node.end_byte if end is None else end
        return (start, end, "".join("\n" if byte == 10 else " " for byte in self._source[start:end]))

    def _same_lines(self, node: Node, code: str) -> str:
        return code + "\n" * text_of(node).count("\n")

    def _export(self, node: Node) -> Iterator[Edit]:
        kinds = {child.type for child in node.children}
        declaration = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if "type" in kinds or (declaration and declaration.type in _TYPES_ONLY):
            yield self._blank(node)
        elif "=" in kinds:
            yield (node.start_byte, node.children[1].end_byte, "module.exports =")
        elif not node.child_by_field_name("source"):
            yield from self._specifiers(node, "export_specifier", keep=lambda name: name not in self._types)

    def _import(self, node: Node) -> Iterator[Edit]:
        if any(child.type == "type" for child in node.children):
            yield self._blank(node)
            return
        clause = next((c for c in node.children if c.type in ("import_clause", "import_require_clause")), None)
        if clause is None:
            return
        if clause.type == "import_require_clause":
            yield (node.start_byte, clause.start_byte, "const ")
            return
        names = [c for c in walk(clause) if c.type == "import_specifier"]
        others = [c for c in clause.named_children if c.type in ("identifier", "namespace_import")]
        used = [c for c in names if _local(c) in self._values and not any(t.type == "type" for t in c.children)]
        lone = next((c for c in others if text_of(c).split()[-1] in self._values), None)
        if not used and lone is None and (names or others):
            yield self._blank(node)
            return
        yield from self._specifiers(node, "import_specifier", keep=lambda name: name in self._values)

    def _specifiers(self, node: Node, kind: str, *, keep: object) -> Iterator[Edit]:
        for one in (n for n in walk(node) if n.type == kind):
            name = _local(one) if kind == "import_specifier" else text_of(one.child_by_field_name("name") or one)
            if any(child.type == "type" for child in one.children) or not keep(name):  # type: ignore[operator]
                following = one.next_sibling
                yield self._blank(one, end=following.end_byte if following and following.type == "," else None)

    def _field(self, node: Node) -> Iterator[Edit]:
        words = {child.type for child in node.children}
        pattern = node.child_by_field_name("pattern")
        if "declare" in words or "abstract" in words or (pattern and pattern.type == "this"):
            following = node.next_sibling
            yield self._blank(node, end=following.end_byte if following and following.type in (",", ";") else None)
            return
        yield from (self._blank(c) for c in node.children if c.type in ("readonly", "?", "!", "override"))

    def _namespace(self, node: Node) -> Iterator[Edit]:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return
        word = text_of(name)
        exported = [c for c in body.named_children if c.type == "export_statement"]
        names = [one for c in exported for d in c.named_children for one in _names_in(d)]
        yield (node.start_byte, body.start_byte + 1, f"var {word}; (function ({word}) {{")
        yield from ((c.start_byte, c.start_byte + len("export"), " " * 6) for c in exported)
        assigned = ", ".join(n for n in names if n not in self._types)
        yield (
            body.end_byte - 1,
            body.end_byte,
            f"; Object.assign({word}, {{ {assigned} }}); }})({word} || ({word} = {{}}));",
        )


def _local(specifier: Node) -> str:
    return text_of(specifier.child_by_field_name("alias") or specifier.child_by_field_name("name") or specifier)


def _names_in(declaration: Node) -> list[str]:
    if declaration.type in _TYPES_ONLY:
        return []
    own = declaration.child_by_field_name("name")
    if own:
        return [text_of(own)]
    return [text_of(n) for c in declaration.named_children if (n := c.child_by_field_name("name"))]


def _value_names(root: Node) -> set[str]:
    """Return the identifiers that are used as values: what is only imported, or only a type, isn't among them."""

    def into(node: Node) -> bool:
        return node.type not in _GONE and node.type != "import_statement"

    kinds = ("identifier", "shorthand_property_identifier", "type_identifier")
    found: set[str] = set()
    for node in walk(root, into):
        if node.type not in kinds:
            continue
        in_heritage = node.parent is not None and node.parent.type in ("extends_clause", "class_heritage")
        if node.type != "type_identifier" or in_heritage:
            found.add(text_of(node))
    return found


def _declared_values(root: Node) -> set[str]:
    kinds = ("class_declaration", "abstract_class_declaration", "function_declaration", "enum_declaration",
             "variable_declarator", "internal_module")  # fmt: skip
    return {text_of(n) for node in walk(root) if node.type in kinds and (n := node.child_by_field_name("name"))}


def _parameter_properties(method: Node) -> Iterator[Edit]:
    """Yield `this.x = x` for the constructor's parameters that are properties, after the call of `super`."""
    parameters, body = method.child_by_field_name("parameters"), method.child_by_field_name("body")
    if parameters is None or body is None or text_of(method.child_by_field_name("name") or method) != "constructor":
        return
    marks = ("accessibility_modifier", "readonly", "override_modifier")
    names = [
        text_of(pattern)
        for parameter in parameters.named_children
        if any(c.type in marks for c in parameter.children) and (pattern := parameter.child_by_field_name("pattern"))
    ]
    if names:
        calls = (s for s in body.named_children if text_of(s).startswith("super("))
        place = next((s.end_byte for s in calls), body.start_byte + 1)
        yield (place, place, "; " + " ".join(f"this.{name} = {name};" for name in names))


def _enum(node: Node) -> str:
    """Return the code of an enumeration, as the TypeScript compiler would write it."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    word = text_of(name) if name else "_"
    lines: list[str] = []
    known: list[str] = []
    following = "0"
    for member in body.named_children if body else []:
        if "comment" in member.type:
            continue
        key = member.child_by_field_name("name") or member
        value = member.child_by_field_name("value")
        title = text_of(key).strip("'\"")
        written = _with_members(value, word, known) if value else following
        if value is not None and value.type in ("string", "template_string"):
            lines.append(f'{word}["{title}"] = {written};')
        else:
            lines.append(f'{word}[{word}["{title}"] = {written}] = "{title}";')
        following = f'{word}["{title}"] + 1'
        known.append(title)
    return f"var {word}; (function ({word}) {{ {' '.join(lines)} }})({word} || ({word} = {{}}));"


def _with_members(value: Node, enum: str, known: list[str]) -> str:
    base = value.start_byte
    edits = [
        (n.start_byte - base, n.end_byte - base, f"{enum}.{text_of(n)}")
        for n in walk(value)
        if n.type == "identifier" and text_of(n) in known
    ]
    return grammar.edited(text_of(value), edits)
