"""Verifiers of other packages: found by entry point, weighed, and survived when they break."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from acrouter_mcp.types import Dimension
from acrouter_mcp.verification import Context, Engine, Finding, Submission

pytestmark = pytest.mark.anyio

MODULE = """
from acrouter_mcp.verification import Finding

class Shouting:
    name = "shouting"
    async def examine(self, submission, context):
        loud = any(text.isupper() for text in submission.files.values())
        return Finding(score=0.0 if loud else 1.0, detail="loud" if loud else "quiet", weight=0.5)

class Broken:
    def __init__(self):
        raise RuntimeError("secret inside")
"""
ENTRIES = """[acrouter_mcp.verifiers]
shouting = acrouter_shouting:Shouting
broken = acrouter_shouting:Broken
absent = no_such_package:Absent
ast = acrouter_shouting:Shouting
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "acrouter_shouting.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "acrouter_shouting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acrouter-shouting\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(ENTRIES, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("acrouter_shouting", None)


async def test_installed_verifiers_take_part(plugin: None) -> None:
    verdict = await Engine().verify(Submission(files={"solution.py": "X = 1\n"}), timeout_s=20)
    signals = {signal.name: signal for signal in verdict.signals}
    assert (signals["shouting"].score, signals["shouting"].weight) == (0.0, 0.5)
    assert verdict.score < 0.8
    for name in ("ast", "lint", "rules", "execution", "tests", "prompt_tests"):
        assert name in signals
    assert "could not be loaded" in signals["broken"].detail
    assert "could not be loaded" in signals["absent"].detail
    assert "secret inside" not in str(verdict)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example package of the documentation, installed by pip into a folder of its own."""
    source = tmp_path / "source"
    shutil.copytree(Path(__file__).parents[2] / "docs" / "example-verifier", source)
    target = tmp_path / "target"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
               "--disable-pip-version-check", "--target", str(target), str(source)]  # fmt: skip
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, "PYTHONSAFEPATH": "1"})
    monkeypatch.syspath_prepend(str(target))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("house_style", None)


async def test_the_documented_example_can_be_installed_and_takes_part(example: None) -> None:
    text = "def add(a, b):\n    print(a, b)\n    return a + b\n"
    submission = Submission(files={"solution.py": text}, tests="assert add(1, 2) == 3\n", language="python")
    verdict = await Engine().verify(submission, timeout_s=20)
    signal = next(s for s in verdict.signals if s.name == "house_style")
    assert (signal.score, signal.weight, signal.detail) == (0.9, 0.05, "solution.py line 2: a print was left in")
    assert verdict.verdict in ("pass", "unsure"), "where nothing may be executed it is unsure"
    prose = Submission(files={"solution.py": "It adds."}, dimension=Dimension.CODE_UNDERSTANDING)
    silent = await Engine().verify(prose, timeout_s=20)
    assert next(s for s in silent.signals if s.name == "house_style").score is None


class LastResort:
    name = "last_resort"
    only_undecided = True
    asked = 0

    async def examine(self, submission: Submission, context: Context) -> Finding:
        self.asked += 1
        return Finding(score=1.0, detail="asked")


async def test_a_last_resort_is_asked_only_if_nothing_else_decides() -> None:
    last = LastResort()
    engine = Engine(verifiers={"content": Content(), "last_resort": last})
    await engine.verify(Submission(files={"solution.py": "x = 1\n"}), timeout_s=5)
    assert last.asked == 1
    decided = Engine(verifiers={"ruled": Ruled(), "last_resort": last})
    verdict = await decided.verify(Submission(files={"solution.py": "x = 1\n"}), timeout_s=5)
    assert (verdict.verdict, last.asked) == ("fail", 1)


class Ruled:
    name = "ruled"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        return Finding(score=0.0, detail="ruled out", gate=0.0)


class Raises:
    name = "raises"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        raise RuntimeError("secret inside")


class Senseless:
    name = "senseless"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        return Finding(score=float("nan"), detail="")


class Slow:
    name = "slow"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        await anyio.sleep_forever()
        raise AssertionError


class Content:
    name = "content"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        return Finding(score=1.0, detail="fine")


async def test_a_verifier_that_fails_is_left_out() -> None:
    engine = Engine(verifiers={v.name: v for v in (Raises(), Senseless(), Slow(), Content())})
    verdict = await engine.verify(Submission(files={"solution.py": "x = 1\n"}), timeout_s=0.5)
    assert {signal.name: signal.score for signal in verdict.signals} == {
        "raises": None, "senseless": None, "slow": None, "content": 1.0,
    }  # fmt: skip
    assert verdict.score == 1.0
    assert "secret inside" not in str(verdict)
