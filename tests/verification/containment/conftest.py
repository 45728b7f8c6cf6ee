"""The tiers that execute anything here."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.sandbox import Sandbox, Tiers


@pytest.fixture(params=["bwrap", "landlock", "uncontained"])
def tier(request: pytest.FixtureRequest) -> Sandbox:
    """Each of them; watchdogs hold in all."""
    name: str = request.param
    tiers = Tiers(allow_uncontained=name == "uncontained", tried=[] if name == "uncontained" else [name])
    if tiers.best is None:
        pytest.skip(f"{name} doesn't work here: {tiers.report.missing}")
    return tiers.best


@pytest.fixture
def contained_tier(tier: Sandbox) -> Sandbox:
    """Each tier that contains."""
    if not tier.contained:
        pytest.skip("this tier contains nothing")
    return tier
