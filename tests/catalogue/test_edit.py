import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.catalogue import Catalogue, Price
from acrouter_mcp.catalogue.edit import add, disable, enable
from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension

MINE = """# my models

[models.zeta]   # the first
like = "gpt-5.4"  # roughly

[models."gpt-5.4"]
enabled = true # yes

[models.alpha.prior]
algorithm = 0.5
"""


def written(user_file: Path, text: str) -> Path:
    user_file.parent.mkdir(exist_ok=True)
    user_file.write_bytes(text.encode())
    return user_file


def test_a_model_is_added_to_a_file_that_is_not_there(user_file: Path) -> None:
    price = Price(input=1.5, output=6, cache_read=0.2)
    add(user_file, "acme-coder-2.5", like="opus", aliases=("acme",), price=price)
    catalogue = Catalogue.load(user_file)
    ref = catalogue.resolve("acme")
    assert (ref.arm, ref.known) == ("acme-coder-2.5", True)
    assert catalogue.price(ref) == price
    assert catalogue.prior(ref, Dimension.ALGORITHM).origin == "like"
    assert catalogue.models["acme-coder-2.5"].like == "claude-opus-5-5"
    assert user_file.read_text(encoding="utf-8").startswith("# Models of your own")


def test_only_the_one_line_changes(user_file: Path) -> None:
    written(user_file, MINE)
    assert disable(user_file, "openai/GPT-5.4") == "gpt-5.4"
    assert user_file.read_text(encoding="utf-8") == MINE.replace("enabled = true # yes", "enabled = false # yes")
    enable(user_file, "gpt-5.4")
    assert user_file.read_text(encoding="utf-8") == MINE


def test_windows_line_ends_stay(user_file: Path) -> None:
    written(user_file, MINE.replace("\n", "\r\n"))
    disable(user_file, "gpt-5.4")
    assert user_file.read_bytes() == MINE.replace("enabled = true", "enabled = false").replace("\n", "\r\n").encode()


def test_the_files_own_spelling_of_a_model_is_used(user_file: Path) -> None:
    written(user_file, '[models."Claude-Opus-4.6"]\nenabled = true\n')
    disable(user_file, "claude-opus-4-6")
    assert user_file.read_text(encoding="utf-8") == '[models."Claude-Opus-4.6"]\nenabled = false\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "[models]\n",
        "models = {}\n",
        'models."glm-5".enabled = true\n',
        'models = { "glm-5" = { enabled = true } }\n',
        '[models."glm-5".prior]\nalgorithm = 0.5\n',
        "[models]\n[models.zeta]\nlike = 'opus'\n\n[models.\"glm-5\"]\nlike = 'opus'\n\n[models.eta]\n",
    ],
)
def test_every_form_that_toml_allows_can_be_edited(user_file: Path, text: str) -> None:
    written(user_file, text)
    disable(user_file, "glm-5")
    add(user_file, "brand-new", like="kimi-k2.5", price=Price(input=1, output=2))
    catalogue = Catalogue.load(user_file)
    assert not catalogue.models["glm-5"].enabled
    assert catalogue.models["brand-new"].like == "kimi-k2.5"
    assert [ref.arm for ref in catalogue.enabled()].count("brand-new") == 1


def test_what_the_package_has_switched_off_can_be_switched_on(user_file: Path) -> None:
    assert not Catalogue.load(None).models["claude-opus-5"].enabled
    enable(user_file, "opus-5")
    assert Catalogue.load(user_file).models["claude-opus-5"].enabled


def test_an_unknown_model_is_refused_with_what_was_meant(user_file: Path) -> None:
    with pytest.raises(UserError, match=r"model: unknown 'opus-9'; did you mean 'claude-opus-\d"):
        disable(user_file, "opus-9")
    with pytest.raises(UserError, match="like: unknown 'zzzzzz'; `acrouter-mcp models` lists them"):
        add(user_file, "x", like="zzzzzz")
    assert not user_file.exists()


@pytest.mark.parametrize("model", ["gpt-5.4", "GPT-5-4", "zeta"])
def test_a_model_is_added_once(user_file: Path, model: str) -> None:
    written(user_file, MINE)
    with pytest.raises(UserError, match="in the catalogue already"):
        add(user_file, model)
    assert user_file.read_text(encoding="utf-8") == MINE


@pytest.mark.parametrize("text", ["[models.x\n", "[models.x]\nno_such_key = 1\n"])
def test_a_broken_file_is_never_overwritten(user_file: Path, text: str) -> None:
    written(user_file, text)
    for change in (lambda: enable(user_file, "gpt-5.4"), lambda: add(user_file, "new")):
        with pytest.raises(UserError, match="models"):
            change()
    assert user_file.read_text(encoding="utf-8") == text
    assert [path.name for path in user_file.parent.iterdir()] == [user_file.name]


def test_a_change_that_would_break_the_file_is_not_made(user_file: Path) -> None:
    written(user_file, MINE)
    with pytest.raises(UserError):
        add(user_file, "")
    assert user_file.read_text(encoding="utf-8") == MINE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits and rarely links")
def test_a_link_stays_a_link_and_permissions_stay(user_file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(MINE, encoding="utf-8")
    real.chmod(0o640)
    user_file.parent.mkdir()
    user_file.symlink_to(real)
    disable(user_file, "gpt-5.4")
    assert user_file.is_symlink()
    assert "enabled = false" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_place_where_no_file_can_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="can't be"):
        enable(tmp_path / "file" / "models.toml", "gpt-5.4")


@given(st.text(min_size=1, max_size=60).filter(lambda name: name.isprintable() and name == " ".join(name.split())))
def test_any_printable_name_can_be_added_and_found(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    user_file = tmp_path_factory.mktemp("any") / "models.toml"
    add(user_file, name, like="glm-5")
    assert Catalogue.load(user_file).models[name].like == "glm-5"
