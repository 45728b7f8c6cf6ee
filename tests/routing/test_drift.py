"""A model that silently becomes worse is noticed, and what was learned of it before is forgotten."""

from dataclasses import replace

import numpy as np
import pytest

from acrouter_mcp.routing import Router, RoutingRequest
from acrouter_mcp.types import Candidate, Dimension, Lesson, Prior

ARMS = ("a", "b", "c")
DIMENSIONS = (Dimension.ALGORITHM, Dimension.BUG_FIXING)
COUNT = 1_200


def stream(seed: int, *, fall: float = 0.0, harder: float = 0.0, arms: tuple[str, ...] = ARMS) -> list[Lesson]:
    """Return outcomes of which, from the middle on, those of `a` are worse by `fall` and all by `harder`."""
    rng = np.random.default_rng(seed)
    lessons = []
    for seq in range(1, COUNT + 1):
        arm = str(rng.choice(arms))
        quality = 0.75 - (seq > COUNT // 2) * (harder + fall * (arm == "a"))
        lessons.append(
            Lesson(
                seq=seq,
                decision_id=str(seq),
                arm=arm,
                dimension=DIMENSIONS[rng.integers(2)],
                language=None,
                kind=f"shape{rng.integers(3)}/python",
                project="p",
                quality=float(rng.random() < quality),
                weight=float(rng.choice([0.6, 1.0])),
                prior_mean=0.7,
                input_tokens=None,
                output_tokens=None,
                cost_usd=None,
                created=1000.0 + seq,
            )
        )
    return lessons


def request(dimension: Dimension = Dimension.ALGORITHM) -> RoutingRequest:
    prior = Prior(mean=0.7, sd=0.06, origin="published")
    offered = tuple(Candidate(arm=arm, word=arm, prior=prior, cost_usd=0.1) for arm in ARMS)
    return RoutingRequest(
        dimension=dimension, language="python", kind="shape0/python", candidates=offered, policy="best"
    )


def taught(lessons: list[Lesson]) -> Router:
    router = Router()
    for one in lessons:
        router.learn(one)
    return router


def quality_of(router: Router, arm: str) -> float:
    choice = router.choose(request()).choice
    return next(one.mean for one in (choice.chosen, *choice.others) if one.candidate.arm == arm)


def test_a_fall_is_noticed_dated_and_believed() -> None:
    router = taught(stream(1, fall=0.4))
    (drift,) = router.drifts()
    assert drift.arm == "a"
    assert drift.since == pytest.approx(1000 + COUNT // 2, abs=COUNT // 10)
    assert drift.change == pytest.approx(-0.4, abs=0.15)
    before = taught(stream(1, fall=0.4)[: COUNT // 2])
    assert quality_of(router, "a") < quality_of(before, "a") - 0.2
    assert router.choose(request()).choice.chosen.candidate.arm != "a"


@pytest.mark.parametrize("seed", range(3))
def test_without_a_change_nothing_is_reported(seed: int) -> None:
    assert taught(stream(seed)).drifts() == ()


def test_harder_tasks_for_all_are_no_drift() -> None:
    assert taught(stream(2, harder=0.3)).drifts() == ()


def test_with_nobody_to_compare_with_nothing_is_said() -> None:
    assert taught(stream(3, fall=0.3, arms=("a",))).drifts() == ()


def test_forgetting_is_a_fold_like_all_the_rest() -> None:
    lessons = stream(4, fall=0.4)
    revised = [replace(one, seq=COUNT + at, quality=0.0, replaces=one) for at, one in enumerate(lessons[:40], 1)]
    folded = Router()
    for at, one in enumerate([*lessons, *revised]):
        folded.learn(one)
        if at % 100 == 0:
            folded.choose(request())  # what is asked on the way leaves no trace
    rebuilt = taught([*lessons[40:], *(replace(one, replaces=None) for one in revised)])
    assert folded.drifts() == rebuilt.drifts() != ()
    for arm in ARMS:
        assert quality_of(folded, arm) == pytest.approx(quality_of(rebuilt, arm), abs=1e-8)
