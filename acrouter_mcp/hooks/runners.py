"""Test-like commands, and what their end says: a shell line, its exit status and its output make green, red,
or neither.

The exit status of a line is its last command's. Where that isn't the test run (`pytest | tail`, `pytest; git diff`),
the run's own summary in the output decides, and without one nothing is known.
"""

from __future__ import annotations

import re

HINTS = ("test", "spec", "tox", "nox", "jest", "mocha", "ava", "unit", "cypress", "karma", "check", "verify", "prove",
         "eunit", "bats", "behave", "behat", "ward", "trial", "green", "pest", "busted", "cucumber", "gradle", "mvn",
         "jasmine", "tap", "uvu", "wtr", "ginkgo", "cargo", "act", "npm t", "install")  # fmt: skip
"""Lines without any of these are not looked at any further."""
ANY = ""
_TARGET = r"(?:[\w.:/-]*[-_.:/])?(?:tests?|unittests?|specs?|check)(?:[-_.:/][\w.:/-]*)?"
_PACKAGE_SCRIPT = rf"(?:-\S+ )*(?:run |run-script )?(?:{_TARGET}|t|tst)(?:\s|$)"
_BUILD_TARGET = rf"(?:(?:-\S+|\w+=\S*|[\w./-]+) )*{_TARGET}(?:\s|$)"
_VERB = r'(?:-\S+ )*(?:build )?"?(?:\S*[tT]est\w*|spec)(?:\s|"|$)'
_PYTHON = (
    r"(?:-[^mc\s]\S* )*(?:-m (?:pytest|unittest|nose2|doctest|tox|nox|ward|stestr|behave|trial)\b"
    r"|(?:\S*/)?manage\.py test\b|(?:\S*/)?(?:test_\w+|\w+_tests?|run_?tests?|tests?|runtests)\.py\b)"
)
_SHELL_SCRIPT = r"(?:-\S+ )*(?:\S*/)?(?:run[-_]?)?tests?(?:\.sh)?(?:\s|$)"
RUNNERS: dict[str, str] = {
    **dict.fromkeys(
        ("pytest", "py.test", "tox", "nox", "nose2", "nosetests", "trial", "green", "stestr", "behave", "ward", "jest",
         "vitest", "mocha", "ava", "jasmine", "tap", "tape", "uvu", "wtr", "web-test-runner", "gotestsum", "ginkgo",
         "ctest", "rspec", "cucumber", "minitest", "phpunit", "pest", "behat", "busted", "bats", "prove", "shellspec",
         "elm-test", "luaunit", "act"),
        ANY,
    ),
    **dict.fromkeys(("python", "py", "pypy", "coverage"), _PYTHON),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), _PACKAGE_SCRIPT),
    **dict.fromkeys(("make", "gmake", "just", "task", "invoke", "inv", "rake", "mage", "earthly", "ninja"),
                    _BUILD_TARGET),
    **dict.fromkeys(("dotnet", "swift", "flutter", "dart", "mix", "lein", "sbt", "stack", "cabal", "nimble", "zig",
                     "crystal", "gleam", "moon", "scala-cli", "bloop", "meson", "bazel", "bazelisk", "buck", "buck2",
                     "deno", "ng"), _VERB),
    **dict.fromkeys(("bash", "sh", "zsh", "dash"), _SHELL_SCRIPT),
    **dict.fromkeys(("nx", "turbo", "lerna"), r"(?:run )?\S*test\b"),
    **dict.fromkeys(("mvn", "mvnw"), r"(?:\S+ )*(?:test|verify|install|surefire:test)(?:\s|$)"),
    **dict.fromkeys(("gradle", "gradlew"), r"(?:\S+ )*(?:\S*[tT]est\w*|check|build)(?:\s|$)"),
    **dict.fromkeys(("clojure", "clj"), r".*:test\b"),
    **dict.fromkeys(("node", "tsx"), r"(?:-\S+ )*--test\b"),
    "karma": r"start", "cypress": r"run", "playwright": r"test", "codecept": r"run",
    "go": r"(?:-C \S+ )?test\b",
    "cargo": r"(?:\+\S+ )?(?:-\S+ )*(?:test|t|nextest run|miri test)(?:\s|$)",
    "dune": r"(?:test|runtest)\b", "rebar3": r"(?:eunit|ct|proper)\b",
    "xcodebuild": r".*\btest\b",
    "rails": r"(?:test|spec)\b",
    "ruby": r"(?:-\S+ )*(?:-I\S*test\b|(?:\S*/)?(?:test_\w+|\w+_(?:test|spec))\.rb\b)",
    "php": r"(?:artisan test|(?:\S*/)?(?:phpunit|pest)|composer (?:run |run-script )?test)\b",
    "composer": r"(?:run |run-script )?test\b",
    "rscript": r".*(?:testthat|devtools::test|test)\b",
    "julia": r".*(?:Pkg\.test|runtests\.jl)",
    "perl": r"(?:-\S+ )*t/\S+",
}  # fmt: skip
"""A program, without folder, version and `.exe`, in lower case -> what its arguments begin with when it runs tests."""
OWN_SCRIPT = (
    r"(?:\S*/)(?:run[-_]?)?(?:all[-_]?)?(?:tests?|specs?|check)(?:[-_]\w+)?(?:\.(?:sh|py|js|rb|pl|bats))?(?:\s|$)"
)
"""A script by its path, such as `./scripts/test.sh`."""
NO_RUN = r"\s(?:--(?:collect-only|co|version|help|list-?tests?|listTests|list|dry-run)|-h)(?:\s|=|$)"
WRAPPERS = {
    "sudo": 0, "env": 0, "time": 0, "nice": 0, "nohup": 0, "command": 0, "exec": 0, "stdbuf": 0, "xvfb-run": 0,
    "rtk": 0, "timeout": 1, "gtimeout": 1, "npx": 0, "bunx": 0, "pnpx": 0, "uvx": 0, "pipx": 1, "dotenv": 0,
    "cross-env": 0,
}  # fmt: skip
"""Commands that run the rest of their line, and how many words of their own they take beside options."""
WRAPPER_PAIRS = {
    ("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("hatch", "run"), ("pdm", "run"), ("rye", "run"),
    ("pixi", "run"), ("bundle", "exec"), ("pnpm", "exec"), ("pnpm", "dlx"), ("npm", "exec"), ("yarn", "exec"),
    ("yarn", "dlx"),
    ("mise", "x"), ("coverage", "run"), ("conda", "run"), ("direnv", "exec"),
}  # fmt: skip
OWN_WORD = frozenset({"-n", "-u", "-k", "-s", "--with", "--extra", "--group", "-p", "--package"})
"""Options of wrappers that take a word."""
CONTAINERS = r"^(?:docker|podman)(?: compose|-compose)? (?:exec|run)(?: -\S+(?: [\w./:=-]+(?= -))?)* \S+ "
SHELLS = frozenset({"bash", "sh", "zsh", "dash"})

NOT_RUN = frozenset({124, 125, 126, 127, 130, 137, 143})
"""Timed out, not found, interrupted or killed: nobody knows what the tests would have said."""
NOTHING_TESTED = {"pytest": frozenset({3, 4, 5}), "py.test": frozenset({3, 4, 5}), "unittest": frozenset({5})}
"""Exit statuses of runners that don't judge: internal and usage errors, no tests found."""

RED = r"""(?xm)
      ^=*\ ?(?:\d+\ \w+,\ )*\d+\ (?:failed|errors?)\b | ^FAILED\ \((?:failures|errors) | ^(?:E\ +)?FAILED\ \S+::
    | ^\s*Tests:?\s+\d+\ failed | ^\s*Test\ (?:Files|Suites):?\s+\d+\ failed | ^\s*\d+\ failing\b
    | ^(?:---\ FAIL:|FAIL\s) | ^test\ result:\ FAILED | ^\#\ fail\ [1-9] | ^not\ ok\b
    | \b\d+\ examples?,\ [1-9]\d*\ failures? | ^FAILURES! | ^Tests:.*(?:Failures|Errors):\ [1-9]
    | Tests\ run:.*(?:Failures|Errors):\ [1-9] | BUILD\ (?:FAILURE|FAILED)
    | ^\d+%\ tests\ passed,\ [1-9]\d*\ tests?\ failed
    | ^\s*Failed!\ | ^\d+\ tests?,\ [1-9]\d*\ failures?"""
GREEN = r"""(?xm)
      ^=*\ ?(?:\d+\ \w+,\ )*\d+\ passed\b | ^OK(?:\ \(.*\))?\s*$ | ^\s*Tests:?\s+\d+\ passed | ^\s*\d+\ passing\b
    | ^ok\s+\S+\s+(?:[\d.]+s|\(cached\)) | ^test\ result:\ ok | ^\#\ fail\ 0 | \b[1-9]\d*\ examples?,\ 0\ failures
    | ^OK\ \(\d+\ tests? | BUILD\ SUCCESS | ^100%\ tests\ passed | ^\s*Passed!\ | ^[1-9]\d*\ tests?,\ 0\ failures"""
OUTPUT_TAIL = 20_000
"""Characters of the output's end in which a summary is looked for."""


def is_test(line: str, own: tuple[str, ...] = ()) -> bool:
    """Return whether a shell line runs tests; `own` are further commands that do, by how they begin."""
    lower = line.lower()
    if not (any(hint in lower for hint in HINTS) or any(word in line for word in own)):
        return False
    return any(_runs_tests(command, own) for _, command in _parts(line))


def verdict(line: str, status: int | None, output: str = "", own: tuple[str, ...] = ()) -> bool | None:
    """Return whether the tests that a shell line ran passed: True, False, or None where it can't be told.

    `status` is the whole line's exit status, None where the host doesn't say.
    """
    parts = _parts(line)
    tests = [place for place, (_, command) in enumerate(parts) if _runs_tests(command, own)]
    if not tests:
        return None
    last = tests[-1]
    after = [connector for connector, _ in parts[last + 1 :]]
    if status is not None and _tells(parts, last, after, status):
        if status in NOT_RUN or any(status in none for name, none in NOTHING_TESTED.items() if name in parts[last][1]):
            return None
        return status == 0
    tail = output[-OUTPUT_TAIL:]
    if re.search(RED, tail):
        return False
    return True if re.search(GREEN, tail) else None


def _tells(parts: list[tuple[str, str]], last: int, after: list[str], status: int) -> bool:
    """Return whether the line's exit status is that of its last test run."""
    if parts[last][1].startswith("! "):
        return False
    if not after:
        return True
    if all(connector == "&&" for connector in after):
        return status == 0
    piped = any("pipefail" in command for _, command in parts[:last])
    return piped and all(connector == "|" for connector in after)


def _runs_tests(command: str, own: tuple[str, ...]) -> bool:
    plain = _unwrapped(command.removeprefix("! "))
    if not plain or (plain.find("-") >= 0 and re.search(NO_RUN, plain)):
        return False
    if any(plain == word or plain.startswith(f"{word} ") for word in own) or re.match(OWN_SCRIPT, plain):
        return True
    program, _, rest = plain.partition(" ")
    pattern = RUNNERS.get(_program(program))
    return pattern is not None and (pattern is ANY or re.match(pattern, rest) is not None)


def _program(word: str) -> str:
    """Return a program's name: `./gradlew` is gradlew, `Python3.12.exe` is python."""
    name = word.rpartition("/")[2].lower().removesuffix(".exe").removesuffix(".cmd").removesuffix(".bat")
    return name.rstrip("0123456789.") if name.startswith(("python", "pypy", "phpunit")) else name


def _parts(line: str) -> list[tuple[str, str]]:
    """Return each simple command of a line with the connector before it; `bash -c` and groups are looked into."""
    import shlex  # late: most events have no test's command to take apart

    lexer = shlex.shlex(line.replace("\\\n", " ").replace("\n", ";"), posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    parts: list[tuple[str, str]] = []
    words: list[str] = []
    connector = ""
    try:
        for word in lexer:
            if word.strip(";&|()"):
                words.append(word)
                continue
            if words:
                parts += _opened(connector, words)
                connector = ""
            if word == "&":  # what went before runs on in the background: its end isn't the line's
                parts.append(("&", "&"))
            words = []
            mark = word.strip("()")
            connector = (mark if mark in ("&&", "||", "|") else ";" if mark else connector) or connector
    except ValueError:  # a quote that isn't closed: what came before it counts
        pass
    return parts + (_opened(connector, words) if words else [])


def _opened(connector: str, words: list[str]) -> list[tuple[str, str]]:
    plain = _without_redirections(words)
    if len(plain) > 2 and plain[0].rpartition("/")[2] in SHELLS and re.fullmatch(r"-\w*c", plain[1]):
        inner = _parts(plain[2])
        return [(connector, inner[0][1]), *inner[1:]] if inner else []
    if plain[:1] == ["eval"]:
        return [(connector, " ".join(plain[1:]))]
    return [(connector, " ".join(word or "''" for word in plain))] if plain else []


def _without_redirections(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif re.fullmatch(r"\d*(?:>>?|<)|&>>?", word):
            skip = True
        elif not re.match(r"\d*>|<|&>|>&", word):
            kept.append(word)
    return kept


def _unwrapped(command: str) -> str:
    """Return a command without assignments, wrappers and a tool's folder."""
    container = re.match(CONTAINERS, command) if command.startswith(("docker", "podman")) else None
    words = command[container.end() :].split() if container else command.split()
    while words:
        name = words[0].rpartition("/")[2]
        if re.match(r"[A-Za-z_]\w*=", words[0]):
            words = words[1:]
        elif len(words) > 2 and (name, words[1]) in WRAPPER_PAIRS:
            words = ["python", *words[2:]] if words[2] == "-m" else _after_options(words[2:], 0)
        elif name in WRAPPERS and len(words) > 1:
            words = _after_options(words[1:], WRAPPERS[name])
        else:
            return " ".join(words)
    return ""


def _after_options(words: list[str], own: int) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in OWN_WORD else words[1:]
    return words[own:]
