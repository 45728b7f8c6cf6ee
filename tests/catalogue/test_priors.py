import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.catalogue import EFFORTS, Catalogue
from acrouter_mcp.types import Dimension

Load = Callable[[str], Catalogue]
BUILTIN = Catalogue.load(None)
AT = Dimension.BUG_FIXING


def test_a_stranger_has_a_wide_and_cautious_prior(builtin: Catalogue) -> None:
    eight = [builtin.prior(name, AT).mean for name, entry in builtin.models.items() if entry.prior]
    prior = builtin.prior("never-heard-of", AT)
    assert (prior.sd, prior.origin, prior.like) == (0.25, "wide", None)
    assert min(eight) < prior.mean < sum(eight) / len(eight)


@pytest.mark.parametrize(
    ("generations", "sd"), [(0, 0.06), (1, 0.1), (3, math.sqrt(0.06**2 + 3 * 0.08**2)), (20, 0.25)]
)
def test_every_succession_widens_and_leaves_the_mean(load: Load, generations: int, sd: float) -> None:
    prior = load(f'[models.heir]\nlike = "glm-5"\ngenerations = {generations}\n').prior("heir", AT)
    assert (prior.mean, prior.origin, prior.like) == (0.728, "like", "glm-5")
    assert prior.sd == pytest.approx(sd)


def test_a_likeness_without_a_distance_counts_one_succession(load: Load) -> None:
    assert load('[models.heir]\nlike = "glm-5"\n').prior("heir", AT).sd == pytest.approx(0.1)


def test_a_likeness_adds_up_over_a_chain_and_takes_any_name(load: Load) -> None:
    catalogue = load(
        '[models.a]\nlike = "B"\ngenerations = 2\nsmaller = 1\n[models.b]\nlike = "Claude Opus 4.6"\ngenerations = 1\n'
    )
    prior = catalogue.prior("a", AT)
    assert prior.like == "claude-opus-4-6"
    assert prior.mean == pytest.approx(0.717 - 0.03)
    assert prior.sd == pytest.approx(math.sqrt(0.06**2 + 3 * 0.08**2))


def test_a_smaller_model_keeps_half_of_a_small_mean(load: Load) -> None:
    prior = load('[models.tiny]\nlike = "gpt-5.4"\nsmaller = 10\n').prior("tiny", Dimension.DATA_SCIENCE)
    assert prior.mean == pytest.approx(0.063 / 2)


def test_own_figures_go_before_the_ancestors_dimension_by_dimension(load: Load) -> None:
    catalogue = load('[models.heir]\nlike = "glm-5"\n[models.heir.prior]\nalgorithm = { mean = 0.4, sd = 0.1 }\n')
    own, inherited = catalogue.prior("heir", Dimension.ALGORITHM), catalogue.prior("heir", AT)
    assert (own.mean, own.sd, own.origin, own.like) == (0.4, 0.1, "user", None)
    assert (inherited.origin, inherited.like) == ("like", "glm-5")


def test_a_new_likeness_brings_its_own_distance(load: Load) -> None:
    prior = load('[models."claude-opus-5-5"]\nlike = "gpt-5.4"\n').prior("claude-opus-5-5", AT)
    assert prior.mean == 0.567
    assert prior.sd == pytest.approx(0.1)


@pytest.mark.parametrize(
    "text",
    ['[models.a]\nlike = "b"\n[models.b]\nlike = "a"\n', '[models.a]\nlike = "a"\n', '[models.a]\nlike = "gone"\n'],
)
def test_a_likeness_that_leads_nowhere_is_no_likeness(load: Load, text: str) -> None:
    assert load(text).prior("a", AT).origin == "wide"


def test_what_users_claim_does_not_make_strangers_better(load: Load, builtin: Catalogue) -> None:
    boast = load("".join(f"[models.m{n}.prior]\nbug_fixing = 0.01\n" for n in range(9)))
    assert boast.prior("stranger", AT) == builtin.prior("stranger", AT)


def test_the_usual_effort_is_the_model_and_another_is_less_certain(builtin: Catalogue) -> None:
    model = builtin.prior("gpt-6.1-sol", AT)
    assert builtin.models["gpt-6.1-sol"].default_effort == "low"
    assert builtin.prior("gpt-6.1-sol:low", AT) == model
    assert builtin.prior("claude-opus-4-6:medium", AT) == builtin.prior("claude-opus-4-6", AT)
    other = builtin.prior("gpt-6.1-sol:max", AT)
    assert (other.mean, other.origin, other.like) == (model.mean, model.origin, model.like)
    assert other.sd == pytest.approx(math.hypot(model.sd, 0.04))


@given(
    st.sampled_from(sorted(BUILTIN.models)), st.sampled_from(list(Dimension)), st.sampled_from([None, *sorted(EFFORTS)])
)
def test_every_arm_has_a_usable_prior(model: str, dimension: Dimension, effort: str | None) -> None:
    prior = BUILTIN.prior(f"{model}:{effort}" if effort else model, dimension)
    assert 0 < prior.mean < 1
    assert 0 < prior.sd <= 0.26
    assert (prior.like is not None) == (prior.origin == "like")


def test_a_reference_and_its_arm_have_the_same_prior(builtin: Catalogue) -> None:
    ref = builtin.resolve("sonnet:high")
    assert builtin.prior(ref, AT) == builtin.prior(ref.arm, AT)
