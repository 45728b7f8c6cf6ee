from __future__ import annotations

import io

from rich.console import Console, RenderableType

from acrouter_mcp.demo import render
from acrouter_mcp.demo.account import Score, Shift, Summary
from acrouter_mcp.demo.cast import load_cast
from acrouter_mcp.loop.answers import Advice, Failure, Next, Quality, Recall, Verification
from acrouter_mcp.types import Dimension


def shown(renderable: RenderableType, width: int = 200) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return out.getvalue()


def score(name: str, cost: float) -> Score:
    return Score(name=name, solved=3, tasks=4, cost_usd=cost, regret=1.25)


def verification(verdict: str, *failures: Failure) -> Verification:
    return Verification.model_validate(
        {
            "verification_id": "v1",
            "verdict": verdict,
            "score": 0.5,
            "confidence": 0.8,
            "signals": (),
            "tests": {"passed": 1, "failed": len(failures), "errors": 0, "expected": 3, "failures": failures},
            "isolation": "bwrap",
            "integrity": "split",
            "duration_ms": 12.3,
            "recorded": None,
            "next": Next(action="escalate", model="other", why="it failed"),
        }
    )


def test_a_heading_is_one_line_on_a_small_terminal() -> None:
    tasks = load_cast()
    text = shown(render.heading(tasks[0], 1, len(tasks)), width=140)
    assert len(text.strip().splitlines()) == 1
    assert tasks[0].id in text


def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    failure = Failure(name="test_list", message="expected [1, 2], got [red]nothing[/red]")
    assert "[1, 2], got [red]nothing[/red]" in shown(render.verdict(verification("fail", failure)))


def test_a_verdict_names_the_first_failure_and_what_to_do() -> None:
    failures = [Failure(name=f"test_{n}", message="m" * 500) for n in range(3)]
    text = shown(render.verdict(verification("fail", *failures)))
    assert "test_0" in text
    assert "test_1" not in text
    assert "escalate other" in text
    assert "m" * 200 not in text


def test_nothing_recalled_is_said() -> None:
    assert "nothing" in shown(render.recalled(Recall(neighbours=(), by_model=(), advice="Nothing on record.")))


def test_only_changes_worth_a_word_are_shown() -> None:
    change = Shift(
        dimension=Dimension.ALGORITHM,
        first="dear",
        last="cheap",
        expected={"dear": (0.5, 0.44), "cheap": (0.4, 0.45), "other": (0.3, 0.301)},
    )
    text = shown(render.mind([change]))
    assert "0.50 → 0.44" in text
    assert "0.40 → 0.45" in text
    assert "other" not in text


def test_costs_are_compared_as_shares() -> None:
    cheap, paper, dear = score("router", 1.0), score("paper", 0.5), score("always dear", 4.0)
    found = Summary(
        first_tries=cheap,
        escalated=cheap,
        best_on_paper=paper,
        paper_escalated=paper,
        dearest=dear,
        oracle=cheap,
        shifts=(),
    )
    text = shown(render.summary(found))
    assert "75% less than always dear" in text
    assert "100% more than paper" in text


def test_problems_are_listed_at_the_end() -> None:
    assert "Fell short" not in shown(render.closing([], 12))
    assert "Fell short: it broke" in shown(render.closing(["it broke"], 12))


def test_a_command_to_copy_is_not_wrapped() -> None:
    command = "/a/very/long/path" * 10
    out = io.StringIO()
    Console(file=out, width=60).print(render.registration(command), soft_wrap=True)
    assert command in out.getvalue()


def test_expected_qualities_are_those_that_the_advice_tells() -> None:
    advice = Advice.model_validate(
        {
            "decision_id": "d",
            "model": "a",
            "apply": None,
            "confidence": 0.5,
            "quality": Quality(mean=0.7, low=0.6, high=0.8),
            "cost_usd": None,
            "dimension": "algorithm",
            "language": None,
            "alternatives": [{"model": "b", "quality": 0.6, "cost_usd": None, "p_best": 0.1}],
            "escalation": ["b"],
            "evidence": {
                "similar_tasks": 0,
                "mean_similarity": None,
                "prior_weight": 1,
                "votes": {},
                "explored": False,
            },
            "reason": "because",
            "open_decisions": {"count": 0, "oldest_id": None},
        }
    )
    assert render.expected_by_model(advice) == {"a": 0.7, "b": 0.6}
    assert "cost unknown" not in shown(render.choice(advice))
    assert "because" in shown(render.choice(advice))
