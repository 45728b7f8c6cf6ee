import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.routing.language import canonical_language, infer_language, language_of_file

FOLDER = Path(__file__).parent


def accuracy(name: str) -> float:
    groups = tomllib.loads((FOLDER / name).read_text(encoding="utf-8")).values()
    rows: list[dict[str, str]] = [row for group in groups for row in group]
    return sum(infer_language(row["text"]) == row.get("language") for row in rows) / len(rows)


def test_languages_of_requests_are_told_right() -> None:
    assert accuracy("requests.toml") >= 0.95
    assert accuracy("requests_unseen.toml") >= 0.85


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("C++", "cpp"),
        ("py", "python"),
        (" Python3 ", "python"),
        ("golang", "go"),
        ("JS", "javascript"),
        ("C#", "csharp"),
        ("c", "c"),
        ("R", "r"),
        ("sh", "bash"),
        ("tsx", "typescript"),
        ("PostgreSQL", "sql"),
        ("klingon", None),
        ("", None),
    ],
)
def test_names_that_callers_use(word: str, language: str | None) -> None:
    assert canonical_language(word) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("src/utils.py", "python"),
        ("C:\\work\\Program.CS", "csharp"),
        ("a/b/Dockerfile", "dockerfile"),
        ("go.mod", "go"),
        ("lib.test.tsx", "typescript"),
        ("vector.hpp", "cpp"),
        ("README", None),
        ("photo.jpeg", None),
        ("", None),
        (".py", "python"),
    ],
)
def test_names_of_files(name: str, language: str | None) -> None:
    assert language_of_file(name) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("write a quicksort in Rust", "rust"),
        ("translate from Java to C#", "csharp"),
        ("convert this from C# to Java", "java"),
        ("rewrite the Python prototype in Go", "go"),
        ("the Swift version of this Kotlin code", "swift"),
        ("what's wrong?\n```ts\nconst a: number = 'x'\n```", "typescript"),
        ("#!/usr/bin/env bash\nset -e\nrm -rf build\n", "bash"),
        ("#!/usr/bin/env -S python3.11\nmain()\n", "python"),
        ("SELECT name FROM users WHERE age > 3", "sql"),
        ("func add(a int, b int) int {\n\treturn a + b\n}", "go"),
        ("fn add(a: i32, b: i32) -> i32 {\n    a + b\n}", "rust"),
        ("function add(a, b) {\n  return a + b;\n}", "javascript"),
        ("function add(a: number, b: number): number {\n  return a + b;\n}", "typescript"),
        ('#include <stdio.h>\nint main() { printf("x"); }', "c"),
        ("#include <iostream>\nint main() { std::cout << 1; }", "cpp"),
        ("public class A {\n  public static void main(String[] args) {\n    System.out.println(1);\n  }\n}", "java"),
        ("make tests/test_a.py pass", "python"),
        ("upgrade React and redux", "javascript"),
        ("a line without an equals sign raises ValueError", "python"),
        ("scipy.optimize: fit a curve", "python"),
        ("public static int count(String text) {", "java"),
        ("what's the C# way to write this?", "csharp"),
    ],
)
def test_what_gives_a_language_away(text: str, language: str) -> None:
    assert infer_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "let's go and fix the login",
        "go through the list and swift action please",
        "a vitamin C deficiency, or plan R",
        "write it in C++ and in Swift",
        "explain this function",
        "",
    ],
)
def test_nothing_is_said_where_nothing_says_so(text: str) -> None:
    assert infer_language(text) is None


@given(st.text(max_size=400))
def test_any_text_has_an_answer_and_it_is_canonical(text: str) -> None:
    language = infer_language(text)
    assert language is None or canonical_language(language) == language


@given(st.text(max_size=60))
def test_canonical_names_are_fixed_points(word: str) -> None:
    language = canonical_language(word)
    assert language is None or canonical_language(language) == language
