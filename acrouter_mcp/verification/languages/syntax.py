"""The check that needs no toolchain, for the languages that tree-sitter reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.base import Syntax
from acrouter_mcp.verification.submission import ONE_FILE

Grammars = Callable[[str, str], tuple[str, ...]]
"""(path, text) -> the grammars to read a file by: one of them must accept it; none leaves it out."""
_PARTS = re.compile(r"\.|::|#|->")
_UNKNOWN = {
    "bash": r"\d<>|\w\[[^\]$'\"]*\s[^\]]*\]=",
    "c": r"^[ \t]*#[ \t]*define[ \t]+\w+\(|^[ \t]*[A-Z_][A-Z0-9_]{2,}\b|\bgoto \*|_Thread_local|\[\[",
    "cpp": r"^[ \t]*#[ \t]*define[ \t]+\w+\(|^[ \t]*[A-Z_][A-Z0-9_]{2,}\b|^[ \t]*(?:export[ \t]+)?(?:module|import)\b",
    "java": r"^[ \t]*import module\b",
    "rust": r"\bsafe fn\b|\bgen (?:fn|move|\{)|\btype \w+\s*:|^[ \t]*\w+!",
    "tsx": r"<\s*(?:const\s+)?(?:in|out)\s|export type \*",
    "typescript": r"<\s*(?:const\s+)?(?:in|out)\s|export type \*",
}
"""What a grammar can't know (macros), or doesn't know yet: where a text has it, an error may be the grammar's own."""


def check(files: Mapping[str, str], entry_point: str | None, grammars: Grammars, *, open_: bool = False) -> Syntax:
    """Return what is wrong with `files`.

    `open_` says that the entry point can be there without a name in the text (an anonymous default export).
    """
    trees = []
    for name, text in files.items():
        known = grammars(name, text)
        readings = [grammar.parse(by, text) for by in known]
        if not readings:
            continue
        errors = [grammar.syntax_error(tree) for tree in readings]
        good = next((tree for tree, error in zip(readings, errors, strict=True) if error is None), None)
        if good is None and errors[0]:
            line, words = errors[0]
            doubtful = known[0] in _UNKNOWN and bool(re.search(_UNKNOWN[known[0]], text, re.MULTILINE))
            return Syntax(error=f"syntax error in {place(name)}line {line}: {words}", doubtful=doubtful)
        trees.append(good or readings[0])
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


def place(name: str) -> str:
    """Return a file's name as it is put before a line's number: nothing for the one file of a solution."""
    return "" if name == ONE_FILE else f"{name} "
