"""What is said of the containment here, and what is done where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from acrouter_mcp.verification import Engine, Submission
from acrouter_mcp.verification.sandbox import Sandbox

pytestmark = pytest.mark.anyio

GOOD = Submission(files={"solution.py": "def f():\n    return 1\n"}, tests="assert f() == 1\n")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without bubblewrap and with a kernel without Landlock."""
    monkeypatch.setattr("acrouter_mcp.verification.sandbox.probes._binaries", list)
    monkeypatch.setattr("acrouter_mcp.verification.warden.confine.abi", lambda: 0)


async def test_the_report_names_the_tier(contained: Sandbox) -> None:
    report = Engine().isolation()
    assert report.tier == "bwrap"
    assert report.missing == ()
    assert "no network" in report.detail


async def test_without_containment_nothing_is_executed(bare: None) -> None:
    engine = Engine()
    assert engine.isolation().tier == "none"
    missing = {tier.name: tier.remedy for tier in engine.isolation().missing}
    assert "bubblewrap" in missing["bwrap"]
    assert "Linux 6.2" in missing["landlock"]
    verdict = await engine.verify(GOOD, timeout_s=5)
    assert (verdict.verdict, verdict.isolation, verdict.integrity) == ("unsure", "none", "none")
    assert verdict.confidence <= 0.3
    assert "bubblewrap" in verdict.reason


async def test_without_containment_syntax_is_still_checked(bare: None) -> None:
    verdict = await Engine().verify(Submission(files={"solution.py": "def f(:"}, language="python"), timeout_s=5)
    assert (verdict.verdict, verdict.score, verdict.isolation) == ("fail", 0.0, "none")
    assert verdict.confidence <= 0.3


async def test_uncontained_execution_is_asked_for_and_named(bare: None) -> None:
    engine = Engine(allow_uncontained=True)
    assert engine.isolation().tier == "uncontained"
    verdict = await engine.verify(GOOD, timeout_s=10)
    assert (verdict.verdict, verdict.isolation) == ("pass", "uncontained")


async def test_containment_comes_before_the_wish_for_none(contained: Sandbox) -> None:
    assert Engine(allow_uncontained=True).isolation().tier == "bwrap"


async def test_a_bubblewrap_that_fails_is_reported_with_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setattr("acrouter_mcp.verification.sandbox.probes._binaries", lambda: [fake])
    report = Engine().isolation()
    assert report.tier in ("landlock", "none"), "the next tier is tried"
    assert "No permissions to create new namespace" in report.missing[0].why
    assert report.missing[0].remedy


async def test_landlock_is_used_where_bubblewrap_does_not_work(
    monkeypatch: pytest.MonkeyPatch, landlock: Sandbox
) -> None:
    monkeypatch.setattr("acrouter_mcp.verification.sandbox.probes._binaries", list)
    engine = Engine()
    assert engine.isolation().tier == "landlock"
    assert [missing.name for missing in engine.isolation().missing] == ["bwrap"]
    verdict = await engine.verify(GOOD, timeout_s=10)
    assert (verdict.verdict, verdict.isolation, verdict.integrity) == ("pass", "landlock", "split")
