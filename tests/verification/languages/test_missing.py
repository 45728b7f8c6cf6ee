"""A machine without the toolchain: static signals, `unsure`, and what to install."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from acrouter_mcp.verification import Engine, Submission, toolchains
from acrouter_mcp.verification.languages import java, rust, tools
from acrouter_mcp.verification.sandbox import Sandbox

pytestmark = pytest.mark.anyio

SOLUTIONS = {
    "javascript": ("export const add = (a, b) => a + b;", "assert(add(1, 2) === 3);", "Node.js"),
    "go": ("package p\n\nfunc Add(a, b int) int { return a + b }\n", "package p\n", "golang-go"),
    "rust": ("pub fn add(a: i32, b: i32) -> i32 { a + b }", "#[test] fn t() {}", "rustc"),
    "java": ("class S { static int add(int a, int b) { return a + b; } }", "class T {}", "default-jdk-headless"),
    "c": ("int add(int a, int b) { return a + b; }", "int main(void) { return 0; }", "gcc"),
    "cpp": ("int add(int a, int b) { return a + b; }", "int main() { return 0; }", "g++"),
    "bash": ("add() { echo $(($1 + $2)); }", '[ "$(add 1 2)" = 3 ]', "bash"),
}


@pytest.fixture
def bare(engine: Engine, contained: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    engine.isolation()
    found = (tools.program, rust._rustc, java._jdk)
    for one in found:
        one.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield engine
    for one in found:
        one.cache_clear()


@pytest.mark.parametrize("name", SOLUTIONS)
async def test_what_to_install_is_said(bare: Engine, name: str) -> None:
    solution, tests, package = SOLUTIONS[name]
    verdict = await bare.verify(Submission(files={"solution.py": solution}, tests=tests, language=name), timeout_s=10)
    assert (verdict.verdict, verdict.integrity) == ("unsure", "none"), verdict
    assert verdict.confidence <= 0.3
    assert package in verdict.reason
    assert toolchains()[name].version is None
    broken = await bare.verify(Submission(files={"solution.py": solution[:-3]}, language=name), timeout_s=10)
    assert (broken.verdict, broken.score) == ("fail", 0), broken
