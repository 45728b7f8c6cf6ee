from collections.abc import Callable
from pathlib import Path

import pytest

from acrouter_mcp.catalogue import Catalogue, Price
from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension

Load = Callable[[str], Catalogue]


def test_a_missing_user_file_is_an_empty_one(user_file: Path, builtin: Catalogue) -> None:
    assert Catalogue.load(user_file).models == builtin.models


def test_a_users_model_is_known_by_id_and_alias(load: Load) -> None:
    catalogue = load('[models."Local-Coder"]\naliases = ["lc"]\nlike = "kimi-k2.5"\n')
    assert catalogue.resolve("lc").arm == "Local-Coder"
    assert catalogue.resolve("local-coder").known
    assert "Local-Coder" in [ref.arm for ref in catalogue.enabled()]


def test_a_users_entry_changes_what_it_says_and_nothing_else(load: Load, builtin: Catalogue) -> None:
    catalogue = load(
        '[models."claude-opus-4.6"]\nprice = { input = 1, output = 2 }\n[models."gpt-5.4".prior]\nalgorithm = 0.9\n'
    )
    mine, theirs = catalogue.models["claude-opus-4-6"], builtin.models["claude-opus-4-6"]
    assert mine.price == Price(input=1, output=2)
    assert (mine.prior, mine.aliases, mine.vendor) == (theirs.prior, theirs.aliases, theirs.vendor)
    assert list(catalogue.models) == list(builtin.models)
    priors = {at: catalogue.prior("gpt-5.4", at) for at in Dimension}
    assert (priors[Dimension.ALGORITHM].mean, priors[Dimension.ALGORITHM].origin) == (0.9, "user")
    assert priors[Dimension.BUG_FIXING] == builtin.prior("gpt-5.4", Dimension.BUG_FIXING)


def test_a_user_may_take_an_alias_from_the_package(load: Load) -> None:
    catalogue = load('[models."claude-opus-5"]\naliases = ["opus"]\n')
    assert catalogue.resolve("opus").model == "claude-opus-5"
    assert catalogue.resolve("opus-5").model == "claude-opus-5"


def test_a_disabled_model_is_known_and_not_offered(load: Load) -> None:
    catalogue = load('[models."gpt-5.4"]\nenabled = false\n')
    assert catalogue.resolve("gpt-5.4").known
    assert "gpt-5.4" not in [ref.arm for ref in catalogue.enabled()]


def test_entries_list_every_model_with_where_its_prior_is_from(load: Load) -> None:
    catalogue = load("[models.new]\n[models.measured.prior]\n" + "".join(f"{at.value} = 0.5\n" for at in Dimension))
    listed = {entry.id: entry for entry in catalogue.entries()}
    assert len(listed) == len(catalogue.models)
    origins = {name: listed[name].prior for name in ("gpt-5.4", "gpt-6-sol", "new", "measured")}
    assert origins == {"gpt-5.4": "published", "gpt-6-sol": "like", "new": "wide", "measured": "user"}
    assert (listed["gpt-6-sol"].like, listed["gpt-6-sol"].generations, listed["gpt-5.4"].generations) == (
        "gpt-5.4",
        3,
        0,
    )


def test_a_byte_order_mark_is_no_mistake(user_file: Path) -> None:
    user_file.parent.mkdir()
    user_file.write_bytes(b'\xef\xbb\xbf[models.new]\r\nlike = "gpt-5.4"\r\n')
    assert Catalogue.load(user_file).resolve("new").known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[models.x]\nlike = \n", ["line 2", "TOML"]),
        ("[models.x", ["TOML"]),
        ('[models.x]\nlke = "gpt-5.4"\n', ["models.x.lke", "no such key"]),
        ("[models.gpt-5.4]\nenabled = true\n", ["models.gpt-5.4", "quoted"]),
        (
            "[models.x]\nprice = { input = -1, output = 2 }\n",
            ["models.x.price.input", "-1", "greater than or equal to 0"],
        ),
        ("[models.x]\nprice = { input = nan, output = 2 }\n", ["models.x.price.input", "nan"]),
        ("[models.x]\nprice = { input = 1 }\n", ["models.x.price.output", "required"]),
        ("[models.x.prior]\nalgorithms = 0.5\n", ["algorithms", "test_generation"]),
        ("[models.x.prior]\nalgorithm = 1.5\n", ["models.x.prior.algorithm.mean", "1.5"]),
        ("[models.x.prior]\nalgorithm = true\n", ["models.x.prior.algorithm", "True"]),
        ("[models.x]\nefforts = ['huge']\n", ["models.x.efforts.0", "huge"]),
        ("[model.x]\n", ["model", "no such key"]),
        ("models = 3\n", ["models", "3"]),
    ],
)
def test_a_broken_file_is_named_with_place_value_and_remedy(
    load: Load, user_file: Path, text: str, said: list[str]
) -> None:
    with pytest.raises(UserError) as refusal:
        load(text)
    for part in [str(user_file), *said]:
        assert part in str(refusal.value)
    assert user_file.read_text(encoding="utf-8") == text


def test_a_file_that_is_no_text_is_refused(user_file: Path) -> None:
    user_file.parent.mkdir()
    user_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="UTF-8"):
        Catalogue.load(user_file)


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        Catalogue.load(tmp_path)


def test_a_huge_wrong_value_is_not_repeated_whole(load: Load) -> None:
    with pytest.raises(UserError) as refusal:
        load(f'[models.x]\ntier = "{"y" * 100_000}"\n')
    assert len(str(refusal.value)) < 1000
