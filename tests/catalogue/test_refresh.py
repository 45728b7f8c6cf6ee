import datetime
from pathlib import Path

import pytest

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.catalogue.prices import listed_price
from acrouter_mcp.catalogue.refresh import refresh
from acrouter_mcp.errors import UserError

DAY = datetime.date(2026, 11, 24)
STALE = """# prices
[models."gpt-6-sol"]
price = { input = 7, output = 70, source = "an old list", date = 2026-01-01 }

[models."claude-opus-5-5"]
price = { input = 1, output = 2 }  # our contract

[models."claude-opus-4-7"]
vendor = "anthropic"

[models."home-made"]
"""


@pytest.fixture
def stale(user_file: Path) -> Path:
    user_file.parent.mkdir()
    user_file.write_text(STALE, encoding="utf-8")
    return user_file


def test_prices_that_changed_are_written_and_told(stale: Path) -> None:
    changes = {change.model: change for change in refresh(stale, DAY)}
    old, new = changes["gpt-6-sol"].old, changes["gpt-6-sol"].new
    assert old is not None
    assert ((old.input, old.output), (new.input, new.output), new.date) == ((7, 70), (2, 10), DAY)
    assert Catalogue.load(stale).price("gpt-6-sol") == new


def test_a_price_where_there_was_none_is_written(stale: Path) -> None:
    change = next(change for change in refresh(stale, DAY) if change.model == "claude-opus-4-7")
    assert (change.old, change.new.output) == (None, 25)


def test_a_price_in_the_users_own_hand_stays(stale: Path) -> None:
    assert "claude-opus-5-5" not in [change.model for change in refresh(stale, DAY)]
    assert "price = { input = 1, output = 2 }  # our contract" in stale.read_text(encoding="utf-8")


def test_the_packages_current_prices_are_current(user_file: Path) -> None:
    """Those of today's menus are genai-prices' own: only the paper's may differ from its list."""
    papers = {name for name, entry in Catalogue.load(None).models.items() if entry.prior}
    assert {change.model for change in refresh(user_file, DAY)} <= papers


def test_a_second_refresh_changes_nothing(stale: Path) -> None:
    refresh(stale, DAY)
    after = stale.read_bytes()
    assert refresh(stale, DAY) == ()
    assert stale.read_bytes() == after


def test_a_broken_file_is_left_alone(user_file: Path) -> None:
    user_file.parent.mkdir()
    user_file.write_text("[models.x\n", encoding="utf-8")
    with pytest.raises(UserError, match="TOML"):
        refresh(user_file, DAY)
    assert user_file.read_text(encoding="utf-8") == "[models.x\n"


def test_a_download_that_fails_changes_nothing(stale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # discard: nothing listens there
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="nothing could be downloaded"):
        refresh(stale, DAY, download=True)
    assert stale.read_text(encoding="utf-8") == STALE
    assert listed_price("gpt-6-sol", "openai", DAY) is not None
