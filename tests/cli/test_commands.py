"""The real executable: results on stdout, everything else on stderr, and the exit status that a script reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(sys.executable).with_name("acrouter-mcp")
ADD = "def add(a, b):\n    return a + b\n"
TESTS = "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n"


def run(*arguments: str, status: int = 0) -> str:
    """Run the executable, check its exit status and that nothing of its inside shows, and return its stdout."""
    done = subprocess.run([str(SCRIPT), *arguments], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def error(*arguments: str, status: int = 1) -> str:
    done = subprocess.run([str(SCRIPT), *arguments], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def answer(*arguments: str, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json", status=status))
    return found


@pytest.fixture
def files(home: Path) -> Path:
    (home / "work" / "add.py").write_text(ADD, encoding="utf-8")
    (home / "work" / "wrong.py").write_text("def add(a, b):\n    return 0\n", encoding="utf-8")
    (home / "work" / "checks.py").write_text(TESTS, encoding="utf-8")
    return home


def test_the_loop_by_hand(files: Path) -> None:
    advice = answer("choose", "Write add(a, b) in Python", "--candidate", "opus", "--candidate", "kimi-k2.5")
    assert advice["model"] in ("opus", "kimi-k2.5")
    key = advice["decision_id"]
    verdict = answer("verify", "add.py", "--tests", "checks.py", "--decision-id", key)
    assert verdict["verdict"] == "pass"
    record = answer("record", key, "0.5")
    assert (record["status"], record["quality"]) == ("revised", 0.5)
    recalled = answer("recall", "Write add(a, b) in Python")
    assert [one["decision_id"] for one in recalled["neighbours"]] == [key]
    shown = json.loads(run("memory", "show", key))
    assert "Write add" in json.dumps(shown)
    assert key in run("memory", "list", "--status", "closed")


def test_a_person_s_word_at_the_command_line_counts_in_full(files: Path) -> None:
    key = answer("choose", "Write add(a, b)", "--candidate", "gpt-5.4")["decision_id"]
    run("record", key, "1")
    weights = [outcome["weight"] for outcome in json.loads(run("memory", "show", key))["outcomes"]]
    assert weights == [1.0]


def test_a_dry_run_stores_nothing(home: Path) -> None:
    answer("choose", "Write add(a, b)", "--dry-run")
    assert json.loads(run("memory", "list", "--json")) == []


def test_a_failed_verification_is_exit_status_1(files: Path) -> None:
    assert answer("verify", "wrong.py", "--tests", "checks.py", status=1)["verdict"] == "fail"
    assert "Verdict: fail" in run("verify", "wrong.py", "--tests", "checks.py", status=1)


def test_what_is_wrong_is_said_on_stderr(home: Path) -> None:
    assert "d_nobody" in error("record", "d_nobody", "1")
    assert "nofile.py" in error("verify", "nofile.py")


def test_wrong_usage_is_exit_status_2(home: Path) -> None:
    error("choose", status=2)
    error("nonsense", status=2)
    error("serve", "--transport", "pigeon", status=2)
    error("memory", "list", "--status", "lost", status=2)
    assert "quality" in error("record", "d_nobody", "7", status=2)
    assert "poetry" in error("choose", "a task", "--dimension", "poetry", status=2)


def test_memory_moves_and_forgets(files: Path) -> None:
    keys = [answer("choose", f"Task {number}", "--candidate", "gpt-5.4")["decision_id"] for number in range(2)]
    run("record", keys[0], "1")
    run("memory", "export", "backup.jsonl")
    run("memory", "close", keys[1])
    assert json.loads(run("memory", "stats", "--json"))["decisions"] == 2
    assert "2 forgotten" in run("memory", "forget", *keys)
    assert json.loads(run("memory", "stats", "--json"))["decisions"] == 0
    run("memory", "import", "backup.jsonl")
    assert json.loads(run("memory", "stats", "--json"))["decisions"] == 2
    assert json.loads(run("memory", "show", keys[0]))["outcomes"]
    assert "line 1" in error("memory", "import", "checks.py")


def test_the_catalogue_is_listed_and_changed(home: Path) -> None:
    listed = {entry["id"]: entry for entry in json.loads(run("models", "--json"))}
    assert listed["claude-opus-4-6"]["price"]["input"] == 5
    run("models", "add", "my-model", "--like", "gpt-5.4", "--input-price", "1", "--output-price", "2")
    run("models", "disable", "claude-opus-4-6")
    changed = {entry["id"]: entry for entry in json.loads(run("models", "--json"))}
    assert changed["my-model"]["like"] == "gpt-5.4"
    assert not changed["claude-opus-4-6"]["enabled"]
    run("models", "enable", "claude-opus-4-6")
    assert "my-model" in run("models")
    advice = answer("choose", "Write add(a, b)", "--candidate", "my-model")
    assert advice["cost_usd"] > 0
    assert "nobody" in error("models", "disable", "nobody")


def test_doctor_says_what_works(home: Path) -> None:
    found = {finding["what"]: finding for finding in json.loads(run("doctor", "--json"))}
    assert {"settings", "embedder", "memory", "vector index", "sandbox", "interpreter", "catalogue"} <= set(found)
    assert found["embedder"]["state"] == "ok"
    assert "embedder" in run("doctor")


def test_doctor_finds_what_is_broken(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "memory.db").write_bytes(b"not a database, " * 400)
    findings = json.loads(run("doctor", "--json", status=1))
    assert [finding["what"] for finding in findings if finding["state"] == "broken"] == ["memory", "vector index"]


def test_the_version_is_printed(home: Path) -> None:
    from acrouter_mcp import __version__

    assert run("--version").strip() == __version__
