from collections.abc import Callable
from pathlib import Path

import pytest

from acrouter_mcp.catalogue import Catalogue


@pytest.fixture(scope="session")
def builtin() -> Catalogue:
    """The package's catalogue, with no file of a user's."""
    return Catalogue.load(None)


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    """Where a user's file would be; its folder isn't there yet either."""
    return tmp_path / "config" / "models.toml"


@pytest.fixture
def load(user_file: Path) -> Callable[[str], Catalogue]:
    """Load the catalogue with `text` as the user's file."""

    def loaded(text: str) -> Catalogue:
        user_file.parent.mkdir(exist_ok=True)
        user_file.write_text(text, encoding="utf-8")
        return Catalogue.load(user_file)

    return loaded
