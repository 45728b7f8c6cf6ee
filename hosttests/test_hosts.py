"""Real hosts against a model on this machine: install, four tools, routing, outcomes, uninstall. `make test-hosts`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hosts import HOSTS
from model import CACHED, FRESH, OUTPUT
from stage import Stage, play

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="hosts come from npm, which isn't here")
TOOLS = ("choose_model", "recall_similar", "verify_solution", "record_outcome")
REROUTED = ("claude-code", "codex", "opencode", "copilot", "gemini")


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_is_routed_and_its_work_closed(name: str, tmp_path: Path) -> None:
    stage = Stage(HOSTS[name], tmp_path)
    host = stage.host
    before = None

    model, done, touched = play(stage, "enforce")

    said = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    played = [f"{asked.lane} {asked.model} {asked.played}" for asked in model.requests]
    assert done.returncode == 0, said
    for tool in TOOLS:
        assert any(asked.played.endswith(tool) for asked in model.requests), f"{tool}: " + "; ".join(played)
    green = [asked for asked in model.requests if asked.lane == "GREENLANE" and asked.tools]
    assert {asked.model for asked in model.requests if asked.lane == "main" and asked.tools} == {host.parent}
    assert {asked.model for asked in green} == {host.routed}, played

    closed = stage.outcomes(3)
    by_lane = {lane: [one for one in closed if one["task"].startswith(lane)] for lane in ("REDLANE", "GREENLANE")}
    assert [one["quality"] for one in by_lane["REDLANE"]] == [0.0], closed
    assert [one["quality"] for one in by_lane["GREENLANE"]] == [1.0], closed
    assert all(one["used"] == host.arm for lane in by_lane.values() for one in lane), closed
    assert by_lane["GREENLANE"][0]["base_revision"] == stage.git("rev-parse", "HEAD").strip()
    fresh, cached, output = host.price
    cost = len(green) * (FRESH * fresh + CACHED * cached + OUTPUT * output) / 1e6
    if cost:
        assert by_lane["GREENLANE"][0]["cost_usd"] == pytest.approx(cost, rel=1e-6), closed
    assert by_lane["GREENLANE"][0]["input_tokens"] == len(green) * FRESH
    assert by_lane["GREENLANE"][0]["output_tokens"] == len(green) * OUTPUT

    again = stage.acrouter("import", name, "--json")
    assert again.returncode == 0, again.stderr
    assert '"new": 0' in again.stdout, again.stdout  # what the hooks followed is known
    assert len(stage.outcomes(3)) == len(closed)

    before = stage.acrouter("uninstall", name, "--yes")
    assert before.returncode == 0, before.stdout + before.stderr
    left = stage.files()
    for file in touched:
        assert b"acrouter-mcp" not in left.get(file, b""), f"{file} still mentions acrouter-mcp"
