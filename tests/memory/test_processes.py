"""Several processes on one file, and processes that are killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import numpy as np
import pytest

from acrouter_mcp.memory import Memory
from acrouter_mcp.types import Decision, OutcomeReport, Vector

Start = Callable[..., "Popen[str]"]

WRITE = """
memory = Memory.open(Path(sys.argv[1]))
memory.use_embedder("small", "sha", 8)
import numpy as np
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    id = f"{sys.argv[2]}-{n}"
    memory.save_decision(decision(id), np.eye(8, dtype=np.float32)[n % 8])
    memory.report(agent_says(id, 1.0))
    print(id, flush=True)
"""

OPEN = """
sys.stdin.readline()
memory = Memory.open(Path(sys.argv[1]))
memory.save_decision(decision(sys.argv[2]), None)
"""


def write(process: Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path, start: Start) -> None:
    each = 150
    writers = [start(WRITE, path, name, each) for name in ("left", "right")]
    for writer in writers:
        write(writer)
    for writer in writers:
        _, problems = writer.communicate()
        assert writer.returncode == 0, problems
    memory = Memory.open(path)
    memory.use_embedder("small", "sha", 8)
    assert memory.stats().closed == 2 * each
    assert [lesson.seq for lesson in memory.lessons_since(0, 0).lessons] == list(range(1, 2 * each + 1))
    assert len(memory.search(np.ones(8, dtype=np.float32), 1000)) == 2 * each
    assert memory.check() == []
    memory.close()


def test_what_was_acknowledged_survives_kill(path: Path, start: Start) -> None:
    writer = start(WRITE, path, "w", 100_000)
    write(writer)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(50)]
    writer.kill()
    rest, _ = writer.communicate()
    acknowledged += [line for line in rest.split("\n")[:-1] if line]
    memory = Memory.open(path)
    assert all(memory.show(name)["status"] == "closed" for name in acknowledged)
    assert memory.check() == []
    memory.close()


def test_many_processes_make_the_file_at_once(path: Path, start: Start) -> None:
    openers = [start(OPEN, path, f"d{n}") for n in range(6)]
    for opener in openers:
        write(opener)
    for opener in openers:
        _, problems = opener.communicate()
        assert opener.returncode == 0, problems
    memory = Memory.open(path)
    assert len(memory.list_decisions()) == 6
    memory.close()


@pytest.mark.parametrize(
    ("mine", "theirs"), [("auto", "auto"), ("auto", "numpy"), ("numpy", "auto"), ("numpy", "numpy")]
)
def test_one_server_finds_at_once_what_another_learned(
    path: Path,
    mine: str,
    theirs: str,
    make_decision: Callable[..., Decision],
    make_report: Callable[..., OutcomeReport],
    unit: Callable[..., Vector],
) -> None:
    here, there = Memory.open(path, mine), Memory.open(path, theirs)
    for memory in (here, there):
        memory.use_embedder("small", "sha", 8)
    for n, memory in enumerate((here, there, here, there)):
        memory.save_decision(make_decision(f"d{n}"), unit(n))
        memory.report(make_report(decision_id=f"d{n}"))
        for reader in (here, there):
            assert reader.search(unit(n), 1)[0].decision_id == f"d{n}"
    there.report(make_report("user", 0.5, decision_id="d0", arm="opus"))
    assert [near.decision_id for near in here.search(unit(0), 9, arm="opus")] == ["d0"]
    there.forget(["d0"])
    for reader in (here, there):
        assert {near.decision_id for near in reader.search(unit(0), 9)} == {"d1", "d2", "d3"}
        assert len(reader.search(unit(0), 1)) == 1
    here.save_decision(make_decision("d9"), unit(9))
    here.report(make_report(decision_id="d9"))
    assert there.search(unit(9), 1)[0].decision_id == "d9"
    here.close()
    there.close()
