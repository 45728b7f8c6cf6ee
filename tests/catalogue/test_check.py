import datetime
from collections.abc import Callable

import pytest

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.catalogue.check import check

Load = Callable[[str], Catalogue]
TODAY = datetime.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[models.a]\nlike = "gone-model"\n', ["a: `like` names 'gone-model'"]),
        ('[models.a]\nlike = "claude-opus-4-66"\n', ["a: `like` names", "did you mean 'claude-opus-4-6'?"]),
        (
            '[models.a]\nlike = "b"\n[models.b]\nlike = "a"\n',
            ["a: `like` goes round", "a > b > a", "b: `like` goes round"],
        ),
        ('[models.a]\nlike = "a"\n', ["a > a"]),
        ('[models.a]\naliases = ["x"]\n[models.b]\naliases = ["X"]\n', ["b: alias 'X' is taken by a"]),
        ('[models.a]\naliases = ["gpt-5.4"]\n', ["a: alias 'gpt-5.4' is taken by gpt-5.4"]),
        ("[models.a]\nprice = { input = 0, output = 0 }\n", ["a: a price of 0"]),
        (
            "[models.a]\nprice = { input = 1, output = 2, date = 2026-01-01 }\n",
            ["a: its price is of 2026-01-01", "models refresh"],
        ),
        ('[models."a:low"]\n', ["a:low: an id can't end in an effort"]),
    ],
)
def test_each_problem_is_said_with_its_model(load: Load, text: str, said: list[str]) -> None:
    problems = "\n".join(check(load(text), TODAY))
    for part in said:
        assert part in problems


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[models.a]\nlike = "opus"\naliases = ["mine"]\nprice = { input = 1, output = 2, date = 2026-10-01 }\n',
        '[models."claude-opus-5"]\naliases = ["opus"]\n',
        '[models.a]\naliases = ["a", "A"]\n',
    ],
)
def test_a_sound_file_has_no_problems(load: Load, text: str) -> None:
    assert check(load(text), TODAY) == ()


def test_a_model_is_not_blamed_for_its_ancestors_mistake(load: Load) -> None:
    problems = check(load('[models.a]\nlike = "b"\n[models.b]\nlike = "gone-model"\n'), TODAY)
    assert [problem.partition(":")[0] for problem in problems] == ["b"]


def test_old_prices_of_the_package_are_pointed_out_one_day(builtin: Catalogue) -> None:
    assert any("gpt-6-sol: its price" in problem for problem in check(builtin, datetime.date(2027, 11, 24)))
