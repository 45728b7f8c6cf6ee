"""Twenty tasks in a real host: how many of its decisions close without anybody calling `record_outcome`.

    .venv/bin/python hosttests/demo.py [--host claude-code] [--out FILE]

Each task is a sub-agent with a test command of its own, the way agents write them; five run no test, and those must stay
open: that nobody complained is no success.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from hosts import HOSTS
from model import Model, Step
from stage import Stage

COMMANDS: tuple[tuple[str | None, bool | None], ...] = (
    ("python3 -m unittest -q", False),
    ("cd . && python3 -m unittest", False),
    ("python3 -m unittest -v 2>&1 | tail -5", False),
    ("make test", False),
    ("bash -c 'python3 -m unittest -q'", False),
    ("./scripts/run_tests.sh", False),
    (None, None),
    ("cp mended.txt calc.py && python3 -m unittest -q", True),
    ("python3 -m unittest -q", True),
    ("python3 -m unittest 2>&1 | tail -3; git status --short", True),
    ("python3 test_calc.py", True),
    ("CI=1 timeout 60 python3 -m unittest -q", True),
    ("make -s test", True),
    ("set -o pipefail; python3 -m unittest 2>&1 | tee log.txt", True),
    ("cat test_calc.py", None),
    ("git log --oneline -- test_calc.py", None),
    ("(cd . && python3 -m unittest -q)", True),
    ("python3 -m unittest -q && echo done", True),
    ("ls && git diff --stat", None),
    ("python3 -m unittest --help > help.txt; true", None),
)
"""A sub-agent's shell line, and what its tests say; None: it ran none."""


def main() -> None:
    """Run the demo, print it, and write its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="claude-code", choices=sorted(HOSTS))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        report = play(Stage(HOSTS[options.host], Path(place) / "stage"))
    text = json.dumps(report, indent=2) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


def play(stage: Stage) -> dict[str, object]:
    """Return what became of the twenty tasks."""
    host = stage.host
    lanes: dict[str, Sequence[Step]] = {"main": [host.shell("sleep 4")]}
    for number, (line, _) in enumerate(COMMANDS):
        lane = f"LANE{number:02d}X"
        lanes["main"] = [*lanes["main"], *host.spawn(lane, f"task {number} of twenty: see that add is right")]
        lanes[lane] = [host.shell(line)] if line else []
    model = Model(lanes)
    stage.prepare('hook_mode = "observe"\n', model.url)
    (stage.work / "Makefile").write_text("test:\n\tpython3 -m unittest -q\n", encoding="utf-8")
    script = stage.work / "scripts" / "run_tests.sh"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\nexec python3 -m unittest -q\n", encoding="utf-8")
    script.chmod(0o755)
    with (stage.work / "test_calc.py").open("a", encoding="utf-8") as file:
        file.write('\n\nif __name__ == "__main__":\n    unittest.main()\n')
    stage.acrouter("install", host.name, "--yes")
    stage.host.run(stage.home, stage.work, model.url)
    model.close()
    tested = [expected for _, expected in COMMANDS if expected is not None]
    stage.outcomes(len(tested))
    return {"host": f"{host.name} {host.version}", **counted(stage, len(tested))}


def counted(stage: Stage, tested: int) -> dict[str, object]:
    """Compare what the memory says with what each command did."""
    with closing(sqlite3.connect(stage.memory)) as connection:
        sql = """SELECT d.task, l.quality FROM decision d LEFT JOIN lesson l ON l.seq = d.learned WHERE d.task LIKE 'LANE%'"""
        learned = {int(task[4:6]): quality for task, quality in connection.execute(sql)}
    right = [number for number, (_, passed) in enumerate(COMMANDS)
             if number in learned and learned[number] == (None if passed is None else float(passed))]  # fmt: skip
    closed = [number for number, quality in learned.items() if quality is not None]
    return {
        "tasks": len(COMMANDS),
        "decisions": len(learned),
        "ran_a_test": tested,
        "closed": len(closed),
        "closed_of_those_that_ran_a_test": len([number for number in closed if COMMANDS[number][1] is not None])
        / tested,
        "as_expected": len(right),
        "not_as_expected": [COMMANDS[number][0] for number in range(len(COMMANDS)) if number not in right],
    }


if __name__ == "__main__":
    main()
