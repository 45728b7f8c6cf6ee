"""The check that needs no toolchain, for the languages that tree-sitter reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.base import Syntax

Grammars = Callable[[str, str], tuple[str, ...]]
"""(path, text) -> the grammars to read a file by: one of them must accept it; none leaves it out."""
_PARTS = re.compile(r"\.|::|#|->")
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+\w+\(|^[ \t]*[A-Z_][A-Z0-9_]{2,}\b", re.MULTILINE)


def check(
    files: Mapping[str, str], entry_point: str | None, grammars: Grammars, *, macros: bool = False, open_: bool = False
) -> Syntax:
    """Return what is wrong with `files`.

    `macros` says that the language has a preprocessor, whose macros the parser doesn't expand; `open_` that names can
    be there without a definition in the text (an anonymous default export).
    """
    trees = []
    for name, text in files.items():
        readings = [grammar.parse(by, text) for by in grammars(name, text)]
        if not readings:
            continue
        good = next((tree for tree in readings if not tree.root_node.has_error), None)
        if good is None:
            line, words = grammar.syntax_error(readings[0]) or (1, "not understood")
            doubtful = macros and bool(_MACRO.search(text))
            return Syntax(error=f"syntax error in {name} line {line}: {words}", doubtful=doubtful)
        trees.append(good)
    names = {name for tree in trees for name in grammar.defined_names(tree)}
    wanted = [part for part in _PARTS.split(entry_point or "") if part]
    if trees and wanted and not open_ and wanted[-1].strip("()") not in names:
        return Syntax(missing=f"'{entry_point}' is not defined")
    functions = [found for tree in trees for found in grammar.functions(tree.root_node)]
    asked = [found for found in functions if wanted and found[0] == wanted[-1]]
    judged = asked or [found for found in functions if found[0] != "main"]
    if judged and all(grammar.is_stub(function) for _, function in judged):
        return Syntax(missing=f"only a stub: {judged[0][0] or 'its one function'} has no body")
    return Syntax()
