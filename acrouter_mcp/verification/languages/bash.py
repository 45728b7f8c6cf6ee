"""Bash: tests in the form of bats, shunit2 or a plain script, in one shell with what they source.

Each asserting statement at the top level, and each test function, runs in a subshell that starts from what came before.
"""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from tree_sitter import Node

from acrouter_mcp.verification.languages import grammar, staged, syntax
from acrouter_mcp.verification.languages.base import Syntax, Toolchain
from acrouter_mcp.verification.languages.grammar import line_of, text_of, walk
from acrouter_mcp.verification.languages.programs import Recipe
from acrouter_mcp.verification.languages.tools import missing, program
from acrouter_mcp.verification.runner.base import Broken, OnRow, Run, RunReport
from acrouter_mcp.verification.sandbox import Sandbox
from acrouter_mcp.verification.submission import ONE_FILE, Submission

_HARNESS = Path(__file__).parent / "inside" / "harness.sh"
_REMEDY = "install bash (Debian and Ubuntu: bash)"
_MAIN = "solution.sh"
_TEST_FILE = re.compile(
    r"(?:^|/)(?:[^/]+\.bats|tests?[_-][^/]*\.(?:ba)?sh|[^/]*[_-]tests?\.(?:ba)?sh|tests?\.(?:ba)?sh)$"
)
_BATS = re.compile(r"^[ \t]*@test[ \t]+(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|(\S+))[ \t]*\{", re.MULTILINE)
_HARD = re.compile(r"\bexit\s+[1-9$]|\|\|\s*(?:exit|fail|return|die|false)\b|\breturn\s+1\b|\bassert\w*\b|\bfail\b")
_TESTS = re.compile(r"^(?:\[\[?|test|\(\()[ \t]")
_BUILT_IN = frozenset({"[", "test", "exit", "builtin", "command", "unset", "trap", "source", ".", "eval", "exec", "set",
                       "printf", "return", "run", "read", "grep", "sed", "tail"})  # fmt: skip
"""What a solution may not put its own in the place of, before its tests."""


class Bash:
    """The language."""

    name = "bash"

    def check(self, files: Mapping[str, str], entry_point: str | None) -> Syntax:
        """See `Language.check`."""
        return syntax.check(files, entry_point, lambda name, text: ("bash",) if _is_bash(name, text) else ())

    def supplied(self, submission: Submission) -> dict[str, str]:
        """See `Language.supplied`."""
        if submission.tests is not None:
            return {"tests.bats" if _BATS.search(submission.tests) else "tests.sh": submission.tests}
        return {name: text for name, text in submission.files.items() if _TEST_FILE.search(name)}

    def toolchain(self) -> Toolchain:
        """See `Language.toolchain`."""
        bash = program("bash")
        return Toolchain(version=bash.version if bash else None, remedy=_REMEDY)

    def program(self, files: Mapping[str, str]) -> Recipe | None:
        """See `Language.program`."""
        bash = program("bash")
        files = {_MAIN if name == ONE_FILE else name: text for name, text in files.items()}
        scripts = [n for n, text in files.items() if _is_bash(n, text)]
        mains = [n for n in scripts if n in (_MAIN, "main.sh")] or scripts
        if bash is None or len(mains) != 1:
            return None
        build = staged.Build(files=files, readable=bash.readable)
        return Recipe(build=build, run=(str(bash.path), mains[0]))

    async def run(self, run: Run, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Language.run`."""
        bash = program("bash")
        if bash is None:
            return missing(_REMEDY)
        files = {_MAIN if name == ONE_FILE else name: text for name, text in run.files.items()}
        scripts = [name for name, text in files.items() if _is_bash(name, text)]
        build = [[str(bash.path), "-n", name] for name in scripts]
        if not run.tests:
            return await staged.run_staged(
                staged.Build(files=files, build=build, readable=bash.readable), run.limits, sandbox, on_row, _explain
            )
        placed: dict[str, str] = {}
        promised: dict[str, list[str]] = {}
        runs: list[list[str]] = []
        for at, (name, text) in enumerate(run.tests.items()):
            promised[name], placed[f"acr_tests{at}.sh"] = _script(name, text, files)
            enter = f'cd "{{tmp}}/work" && exec {shlex.quote(str(bash.path))} "acr_tests{at}.sh"'
            runs.append(["sh", "-c", enter])
        names = {word for text in run.tests.values() for word in re.findall(r"[\w.-]+\.(?:ba)?sh\b", text)}
        lone = {name: files[_MAIN] for name in names if tuple(files) == (_MAIN,) and name not in (*files, *run.tests)}
        copy = 'mkdir "$0/work" && cp -RL . "$0/work/" && chmod -R u+rwx "$0/work"'
        made = staged.Build(
            files={**files, **lone, **placed, **run.tests},
            build=[*build, ["sh", "-c", copy, "{tmp}"]],
            run=runs,
            promised=promised,
            readable=bash.readable,
        )
        report = await staged.run_staged(made, run.limits, sandbox, on_row, _explain)
        return staged.forged_if(report, _overridden(files))


def _is_bash(name: str, text: str) -> bool:
    return (
        name in (ONE_FILE, _MAIN)
        or name.endswith((".sh", ".bash"))
        or text.startswith(("#!/bin/bash", "#!/usr/bin/env bash"))
    )


def _overridden(files: Mapping[str, str]) -> str | None:
    """Say which of the shell's own words a solution redefines."""
    names = {n for text in files.values() for n, _ in grammar.functions(grammar.parse("bash", text).root_node)}
    aliases = {w for text in files.values() for w in re.findall(r"^\s*alias\s+([^\s=]+)=", text, re.MULTILINE)}
    found = sorted((names | aliases) & _BUILT_IN)
    return f"it redefines `{found[0]}`" if found else None


def _script(file: str, text: str, files: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the names that a test file promises, and the script that runs it; raises SyntaxError."""
    prefix = f"acr_{secrets.token_hex(4)}"
    titles: dict[str, str] = {}

    def function(match: re.Match[str]) -> str:
        name = f"{prefix}_bats{len(titles)}"
        titles[name] = next(part for part in match.groups() if part is not None)
        return f"{name}() {{"

    text = _BATS.sub(function, text)
    tree = grammar.parse("bash", text)
    wrong = grammar.syntax_error(tree)
    harness = _HARNESS.read_text(encoding="utf-8").replace("ACR", prefix)
    lines = [harness, *(f"source ./{name}" for name in _sourced(text, files))]
    promised: list[str] = []
    names = dict(grammar.functions(tree.root_node))
    called = {text_of(n) for n in walk(tree.root_node) if n.type == "command_name"}
    tests = dict(titles) or {n: n for n in names if n.startswith("test") and n not in called}
    if wrong and not tests:
        raise SyntaxError(wrong[1], (file, wrong[0], 0, ""))
    if tests:
        text = re.sub(r"^\s*(?:\.|source)\s+\S*shunit2\S*.*$", "", text, flags=re.MULTILINE)
        lines.append(_without_errexit(text))
        for name, title in tests.items():
            promised.append(title.replace("[", "("))
            around = [f"if declare -F {word} >/dev/null; then {word}; fi" for word in ("setup", "setUp")]
            after = [f"if declare -F {word} >/dev/null; then {word}; fi" for word in ("teardown", "tearDown")]
            body = "; ".join([*around, name, *after])
            lines.append(
                _step(prefix, file, promised[-1], body, line_of(names[name]) if name in names else 0, strict=True)
            )
    else:
        edits = list(_steps(tree.root_node, names, promised, prefix, file, strict="set -e" in text))
        if not promised:
            promised.append("script")
            lines.append(_step(prefix, file, "script", f"source ./{shlex.quote(file)}", 0, strict=False))
        else:
            lines.append(_without_errexit(grammar.edited(text, edits)))
    lines.append(f'{prefix}_tell "\\"kind\\":\\"done\\",\\"replaced\\":[],\\"opaque\\":0"')
    return promised, "\n".join(lines) + "\n"


def _without_errexit(text: str) -> str:
    return re.sub(r"^(\s*set\s+-\w*e\w*.*)$", r"\1; set +e", text, flags=re.MULTILINE)


def _sourced(text: str, files: Mapping[str, str]) -> list[str]:
    """Return what the tests mean without naming it: nothing where they name any script."""
    named = re.search(r"[\w-]+\.(?:ba)?sh\b", re.sub(r"^#!.*", "", text)) or any(f"/{n}" in text for n in files)
    return [] if named else [name for name, body in files.items() if _is_bash(name, body)][:1]


def _step(prefix: str, file: str, name: str, body: str, line: int, *, strict: bool) -> str:
    where = f"{file} line {line}" if line else ""
    before = "" if strict else f"(exit ${prefix}_last); "  # what it may ask of the statement before
    return (
        f"{prefix}_last=$?; {prefix}_begin {shlex.quote(f'{file}::{name}')}; set +e; "
        f"( BASH_XTRACEFD=${{{prefix}_xtrace}}; set -x{'e' if strict else ''}; {before}{body}\n) "
        f'>"${prefix}_said" 2>&1 </dev/null; '
        f"{prefix}_end $? {shlex.quote(where)}"
    )


def _steps(
    root: Node, functions: Mapping[str, Node], promised: list[str], prefix: str, file: str, *, strict: bool
) -> Iterator[tuple[int, int, str]]:
    """Yield the marks around the statements that end a script when something is wrong."""
    checkers = {
        name for name, node in functions.items() if _HARD.search(text_of(node.child_by_field_name("body") or node))
    }
    for statement in root.named_children:
        text = text_of(statement)
        if statement.type in ("function_definition", "comment", "variable_assignment", "declaration_command"):
            continue
        calls = {text_of(n) for n in walk(statement) if n.type == "command_name"}
        if re.fullmatch(r"exit(?:\s+\S+)?", text) or re.search(r"exit\s+\$", text):
            continue
        bare = strict and bool(_TESTS.match(text))
        if not (calls & checkers or _HARD.search(text) or bare):
            continue
        lone = [c for c in calls & checkers if c.startswith("test")]
        name = lone[0] if len(lone) == 1 and lone[0] not in promised else f"line {line_of(statement)}"
        name = name if name not in promised else f"{name}, column {statement.start_point[1] + 1}"
        promised.append(name)
        yield (
            statement.start_byte,
            statement.end_byte,
            _step(prefix, file, name, text, line_of(statement), strict=strict),
        )


def _explain(said: str) -> Broken:
    found = re.search(r"^(\S+): line (\d+): (.*)$", said, re.MULTILINE)
    message = (
        f"{found[1]} line {found[2]}: {found[3]}" if found else (said.strip().splitlines() or ["it can't be read"])[0]
    )
    return Broken(message=message[:300])


LANGUAGE = Bash()
