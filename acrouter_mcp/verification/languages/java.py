"""Java: javac and a JVM; tests by JUnit's annotations and assertions (ours, under JUnit's names) or by a main."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath

from tree_sitter import Node

from acrouter_mcp.verification.languages import grammar, staged, syntax
from acrouter_mcp.verification.languages.base import Syntax, Toolchain
from acrouter_mcp.verification.languages.grammar import line_of, text_of, walk
from acrouter_mcp.verification.languages.programs import Recipe
from acrouter_mcp.verification.languages.tools import Program, missing, program
from acrouter_mcp.verification.runner.base import Broken, OnRow, PythonRun, RunReport
from acrouter_mcp.verification.sandbox import Sandbox
from acrouter_mcp.verification.submission import ONE_FILE, Submission

_INSIDE = (Path(__file__).parent / "inside" / "java" / "Harness.java").parent
_REMEDY = "install a JDK (Debian and Ubuntu: default-jdk-headless; others: adoptium.net)"
_JVM = (
    "-J-XX:+UseSerialGC",
    "-J-XX:TieredStopAtLevel=1",
    "-J-Xshare:auto",
    "-J-Xmx512m",
    "-J-XX:ActiveProcessorCount=2",
)
_TEST_FILE = re.compile(r"(?:^|/)(?:Test\w*|\w*Tests?|\w+TestCase)\.java$")
_TYPES = ("class_declaration", "interface_declaration", "enum_declaration", "record_declaration")
_HARD = re.compile(r"\bassert\b|\bthrow\b|\bassert\w+\s*\(|System\.exit|\bfail\s*\(")
_STATEMENTS = frozenset(
    {"assert_statement", "expression_statement", "if_statement", "for_statement", "enhanced_for_statement",
     "while_statement", "try_statement", "block", "switch_expression"}
)  # fmt: skip
_MARKS = re.compile(r"@(?:org\.junit\.[\w.]*)?(Test|ParameterizedTest|RepeatedTest)\b")
_ERROR = re.compile(r"^(\S+\.java):(\d+): error: (.*)$", re.MULTILINE)
_LACKING = re.compile(
    r"cannot find symbol|incompatible types|cannot be applied|no suitable|has private access|is not abstract"
    r"|unreported exception|non-static|not public|bad operand|cannot be dereferenced"
)


class Java:
    """The language."""

    name = "java"

    def check(self, files: Mapping[str, str], entry_point: str | None) -> Syntax:
        """See `Language.check`."""
        return syntax.check(files, entry_point, lambda n, _: ("java",) if n == ONE_FILE or n.endswith(".java") else ())

    def supplied(self, submission: Submission) -> dict[str, str]:
        """See `Language.supplied`."""
        if submission.tests is not None:
            return {f"{_main_type(submission.tests) or 'Tests'}.java": submission.tests}
        return {name: text for name, text in submission.files.items() if _TEST_FILE.search(name)}

    def toolchain(self) -> Toolchain:
        """See `Language.toolchain`."""
        found = _jdk()
        return Toolchain(version=found.version if found else None, remedy=_REMEDY)

    def program(self, files: Mapping[str, str]) -> Recipe | None:
        """See `Language.program`."""
        jdk = _jdk()
        files = {_file_name(name, text): _as_class(text) for name, text in files.items()}
        mains = [n for n, text in files.items() if re.search(r"\bstatic\s+(?:final\s+)?void\s+main\s*\(", text)]
        if jdk is None or len(mains) != 1:
            return None
        text = files[mains[0]]
        entry = ".".join(part for part in (_package(text), _main_class(text)) if part)
        sources = [name for name in files if name.endswith(".java")]
        build = [
            [str(jdk.path), *_JVM, "-nowarn", "-proc:none", "-encoding", "UTF-8", "-d", "{tmp}/classes", *sources],
            [str(jdk.path.parent / "jar"), "cf", "{tmp}/program", "-C", "{tmp}/classes", "."],
        ]
        java = (
            str(jdk.path.parent / "java"),
            *(flag.removeprefix("-J") for flag in _JVM),
            "-Xss64m",
            "-cp",
            "program",
            entry,
        )
        return Recipe(build=staged.Build(files=files, build=build, readable=jdk.readable), run=java)

    async def run(self, run: PythonRun, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Language.run`."""
        jdk = _jdk()
        if jdk is None:
            return missing(_REMEDY)
        files = {_file_name(name, text): _as_class(text) for name, text in run.files.items()}
        build = _build(files, run, jdk)
        return await staged.run_staged(build, run.limits, sandbox, on_row, lambda said: _explain(said, files, run))


@cache
def _jdk() -> Program | None:
    """Return javac; what a distribution keeps of the JDK in /etc is shown with it."""
    javac = program("javac", flag="-version")
    if javac is None:
        return None
    home = javac.path.parent.parent
    linked = (
        {p.resolve().parent for p in (home / "conf").rglob("*") if p.is_symlink()}
        if (home / "conf").is_dir()
        else set()
    )
    own = () if home.is_relative_to("/usr") else (home,)
    etc = {Path("/", *folder.parts[1:3]) for folder in linked if folder.is_relative_to("/etc")}
    return replace(javac, readable=(*own, *sorted(etc)))


def _root(text: str) -> Node:
    return grammar.parse("java", text).root_node


def _main_type(text: str) -> str | None:
    """Return the type that a file is named by: the public one, else the first."""
    types = [node for node in _root(text).named_children if node.type in _TYPES]
    public = [n for n in types if re.match(r"(?:@\w+\s+)*(?:\w+\s+)*?public\b", text_of(n).partition("{")[0])]
    chosen = (public or types)[:1]
    return grammar.names_of(chosen[0])[0] if chosen else None


def _main_class(text: str) -> str:
    """Return the outermost class that has a main."""
    methods = (n for n in walk(_root(text)) if n.type == "method_declaration" and grammar.names_of(n) == ["main"])
    return next((_owner(node, top=True) for node in methods), "Main")


def _file_name(name: str, text: str) -> str:
    return f"{_main_type(text) or 'Solution'}.java" if name == ONE_FILE else name


def _as_class(text: str) -> str:
    """Return source that is only methods, or statements, as the body of a class."""
    root = _root(text)
    if root.has_error or any(node.type in _TYPES for node in root.named_children):
        return text
    if not any(node.type == "method_declaration" for node in root.named_children):
        return text
    imports = [
        node.end_byte for node in root.named_children if node.type in ("import_declaration", "package_declaration")
    ]
    at = max(imports, default=0)
    source = grammar.encoded(text)
    head, body = (part.decode("utf-8", "surrogatepass") for part in (source[:at], source[at:]))
    return f"{head} public class Solution {{ {body}\n}}"


def _package(text: str) -> str:
    found = re.search(r"^\s*package\s+([\w.]+)\s*;", text, re.MULTILINE)
    return found[1] if found else ""


def _build(files: dict[str, str], run: PythonRun, jdk: Program) -> staged.Build:
    sources = [name for name in files if name.endswith(".java")]
    javac = [str(jdk.path), *_JVM, "-g", "-nowarn", "-proc:none", "-encoding", "UTF-8", "-d", "{tmp}/classes"]
    if not run.tests:
        return staged.Build(files=files, build=[[*javac, *sources]], readable=jdk.readable)
    package = f"acr{secrets.token_hex(4)}"
    placed = dict(files)
    words: list[str] = []
    promised: dict[str, list[str]] = {}
    for name, text in run.tests.items():
        planned = _plan(name, _fitting(text, files), package)
        placed[name] = planned.text
        promised[name] = planned.promised
        words += planned.words
    ours = {
        f"{package}/Harness.java": (_INSIDE / "Harness.java").read_text(encoding="utf-8").replace("HARNESS", package)
    }
    if any("org.junit" in text for text in run.tests.values()):
        ours |= {str(p.relative_to(_INSIDE)): p.read_text(encoding="utf-8") for p in (_INSIDE / "org").rglob("*.java")}
    java = [
        str(jdk.path.parent / "java"),
        *(flag.removeprefix("-J") for flag in _JVM),
        "-Xss4m",
        "-ea",
        "-cp",
        "{tmp}/classes",
    ]
    return staged.Build(
        files={**placed, **{name: text for name, text in ours.items() if name not in placed}},
        build=[[*javac, *sources, *run.tests, *(name for name in ours if name not in placed)]],
        run=[[*java, f"{package}.Harness", *words]],
        promised=promised,
        readable=jdk.readable,
    )


def _fitting(text: str, files: Mapping[str, str]) -> str:
    """Return tests that can see the solution: in its package, where they name none or one that isn't there."""
    theirs = {_package(body) for name, body in files.items() if name.endswith(".java")}
    own = _package(text)
    if own in theirs or not theirs:
        return text
    if own and theirs == {""}:
        return re.sub(r"^(\s*)package\s+[\w.]+\s*;", r"\1", text, count=1, flags=re.MULTILINE)
    wanted = "".join(f"import {package}.*; " for package in sorted(theirs) if package and f"{package}." not in text)
    at = re.search(r"^\s*package\s+[\w.]+\s*;", text, re.MULTILINE)
    return text[: at.end()] + wanted + text[at.end() :] if at else wanted + text


@dataclass(slots=True, kw_only=True)
class _Plan:
    text: str = ""
    promised: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """What the harness is told to run."""


def _plan(file: str, text: str, package: str) -> _Plan:
    """Return what a test file holds and its text with marks; raises SyntaxError."""
    tree = grammar.parse("java", text)
    wrong = grammar.syntax_error(tree)
    if wrong:
        raise SyntaxError(wrong[1], (file, wrong[0], 0, ""))
    if not any(node.type in _TYPES for node in tree.root_node.named_children):
        return _plan(file, _with_main(text), package)
    made = _Plan()
    edits = [
        (node.start_byte, node.start_byte + len("System.exit"), f"{package}.Harness.exit")
        for node in walk(tree.root_node)
        if node.type == "method_invocation" and text_of(node).startswith("System.exit(")
    ]
    prefix = f"{_package(text)}." if _package(text) else ""
    methods = [(n, grammar.names_of(n)[0]) for n in walk(tree.root_node) if n.type == "method_declaration"]
    if any(_marked(node) for node, _ in methods):
        for node, name in methods:
            if _marked(node):
                made.promised.append(f"{_owner(node)}.{name}")
        tops = dict.fromkeys(_owner(node, top=True) for node, _ in methods if _marked(node))
        made.words = [f"tests|{prefix}{top}|{file}" for top in tops]
    elif main := next((node for node, name in methods if name == "main"), None):
        edits += _steps(main, {name: node for node, name in methods}, made, file, package)
        whole = "-" if made.promised else "main"
        made.promised = made.promised or ["main"]
        made.words = [f"main|{prefix}{_owner(main, top=True)}|{file}|{whole}"]
    else:
        tests = [(node, name) for node, name in methods if name.startswith("test")]
        made.promised = [f"{_owner(node)}.{name}" for node, name in tests]
        made.words = [f"tests|{prefix}{top}|{file}" for top in dict.fromkeys(_owner(n, top=True) for n, _ in tests)]
    made.text = grammar.edited(text, edits)
    return made


def _with_main(text: str) -> str:
    """Return tests that are only statements as the main of a class."""
    root = _root(text)
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


def _owner(node: Node, *, top: bool = False) -> str:
    """Return the class that a method stands in; with `top` the outermost one."""
    found = ""
    above: Node | None = node.parent
    while above is not None:
        if above.type in _TYPES and (top or not found):
            found = grammar.names_of(above)[0]
        above = above.parent
    return found


def _steps(
    main: Node, methods: Mapping[str, Node], made: _Plan, file: str, package: str
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


def _explain(said: str, files: Mapping[str, str], run: PythonRun) -> Broken:
    """Say whose fault it is that it doesn't compile."""
    found = _ERROR.search(said)
    if found is None:
        return Broken(message=(said.strip().splitlines() or ["it does not compile"])[0][:300])
    file, line, words = found.groups()
    absent = re.search(r"package (\w+\.[\w.]+) does not exist", words)
    own = {f"{_package(text)}." for text in files.values()} - {"."}
    if absent and not f"{absent[1]}.".startswith(tuple(own)):
        what = f"the package {absent[1]} is not installed"
        return Broken(message=what, environment=what)
    symbol = re.search(r"symbol:\s+(.*)", said[found.end() :])
    message = f"{PurePosixPath(file).name} line {line}: {words}" + (
        f" ({symbol[1].strip()})" if symbol and "symbol" in words else ""
    )
    return Broken(message=message, solution_s=file not in run.tests or bool(_LACKING.search(words)))


LANGUAGE = Java()
