"""What a hook costs its host, by event, and how long a host waits for the server at its start.

    .venv/bin/python benchmarks/hooks.py [--runs 40] [--out FILE]

Machines are noisy: `cpu` is the processor's time, which other programs disturb little; `bare` is an interpreter that does
nothing, in the same run. Times are in milliseconds, from spawn to exit.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from acrouter_mcp.memory import Memory

SCRIPT = Path(sys.executable).with_name("acrouter-mcp")
BASE = {"session_id": "benchmark", "cwd": "/", "transcript_path": "/nowhere.jsonl", "prompt_id": "p"}
SPAWN = {"prompt": "Mend the parser of durations so that its tests pass", "subagent_type": "general-purpose"}
TEST = {"command": "cd . && python3 -m pytest -q 2>&1"}
EVENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nothing to note (PostToolUse of Read)": ("PostToolUse", "claude-code", {"tool_name": "Read", "tool_input": {}, "tool_response": "x" * 20_000}),
    "a prompt (UserPromptSubmit)": ("UserPromptSubmit", "claude-code", {"prompt": "Mend the parser of durations"}),
    "a spawn (PreToolUse of Agent)": ("PreToolUse", "claude-code", {"tool_name": "Agent", "tool_use_id": "t", "tool_input": SPAWN}),
    "a command (PostToolUse of Bash)": ("PostToolUse", "claude-code", {"tool_name": "Bash", "tool_input": {"command": "git status"}, "tool_response": {"stdout": ""}}),
    "a test run (PostToolUse of Bash)": ("PostToolUse", "claude-code", {"tool_name": "Bash", "tool_input": TEST, "tool_response": {"stdout": "3 passed"}}),
    "a sub-agent's end (SubagentStop)": ("SubagentStop", "claude-code", {"agent_id": "a"}),
    "Codex: a spawn": ("PreToolUse", "codex", {"tool_name": "spawn_agent", "tool_use_id": "t", "tool_input": {"message": SPAWN["prompt"]}}),
    "Copilot: a test run": ("postToolUse", "copilot", {"toolName": "bash", "toolArgs": TEST, "toolResult": {"textResultForLlm": "<shellId: 0 completed with exit code 0>"}}),
    "Gemini: a request (BeforeModel)": ("BeforeModel", "gemini", {"llm_request": {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "x" * 20_000}]}}),
    "OpenCode: a message": ("chat.message", "opencode", {"input": {"sessionID": "s"}, "output": {"message": {}, "parts": [{"text": "Mend it please"}]}}),
}  # fmt: skip
LIMITS_S = {
    "claude-code": 30.0,
    "codex": 1.0,
    "opencode": 30.0,
    "copilot": 65.0,
    "gemini": 150.0,
    "qwen": 30.0,
    "continue": 60.0,
    "cline": 2.7,
}
"""How long each host waits for `tools/list` with its default configuration (docs/hosts.md)."""


def main() -> None:
    """Measure, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        report = measure(Path(place), options.runs)
    text = json.dumps(report, indent=2) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


def measure(place: Path, runs: int) -> dict[str, Any]:
    """Return all figures."""
    (place / "run").mkdir(mode=0o700)
    data = place / "data"
    Memory.open(data / "memory.db").close()
    env = {
        **os.environ,
        "ACROUTER_DATA_DIR": str(data),
        "XDG_RUNTIME_DIR": str(place / "run"),
        "ACROUTER_CONFIG": str(place / "none"),
    }
    mark = data / "follow.mark"
    mark.write_text("", encoding="ascii")
    os.utime(mark, (4e9, 4e9))  # what follows a session's end is no part of its hook
    events = {}
    for name, (event, host, payload) in EVENTS.items():
        events[name] = timed([str(SCRIPT), "hook", event, "--host", host], {**BASE, **payload}, env, runs)
    enforce = {**env, "ACROUTER_HOOK_MODE": "enforce", "ACROUTER_MODELS": "claude-haiku-5-5"}
    with server(enforce):
        event, host, payload = EVENTS["a spawn (PreToolUse of Agent)"]
        command = [str(SCRIPT), "hook", event, "--host", host]
        routed = [timed(command, {**BASE, **payload, "tool_use_id": f"t{number}", "tool_input": {**SPAWN, "prompt": f"Mend parser {number}"}}, enforce, 1)
                  for number in range(runs)]  # fmt: skip
    walls = [one["p50"] for one in routed]
    events["a routed spawn, through a running server"] = {
        "p50": statistics.median(walls),
        "p95": quantile(walls),
        "cpu": statistics.median(one["cpu"] for one in routed),
        "answered": sum(one["answered"] for one in routed) / runs,
    }
    starts = [started(env) for _ in range(max(5, runs // 4))]
    return {
        "runs": runs,
        "bare": timed([sys.executable, "-c", "pass"], {}, env, runs),
        "events_ms": events,
        "start_s": {"p50": round(statistics.median(starts), 3), "p95": round(quantile(starts), 3), "limits": LIMITS_S},
    }


def timed(command: list[str], payload: dict[str, Any], env: dict[str, str], runs: int) -> dict[str, float]:
    """Return median and 95th percentile of the wall clock, and the median of the processor's time."""
    data = json.dumps(payload).encode()
    walls, processor, answered = [], [], 0
    for _ in range(runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, input=data, capture_output=True, env=env, check=True)
        walls.append((time.perf_counter() - began) * 1e3)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
        answered += len(done.stdout) > 5
    return {
        "p50": round(statistics.median(walls), 1),
        "p95": round(quantile(walls), 1),
        "cpu": round(statistics.median(processor), 1),
        "answered": answered / runs,
    }


def quantile(values: list[float]) -> float:
    """Return the 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


@contextmanager
def server(env: dict[str, str]) -> Iterator[None]:
    """Run a server that has answered once, as one beside a session has."""
    with subprocess.Popen([str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
        shake(process)
        warm = json.dumps({**BASE, "prompt": "Mend the parser of durations"}).encode()
        hook = [str(SCRIPT), "hook", "UserPromptSubmit", "--host", "claude-code"]
        subprocess.run(hook, input=warm, capture_output=True, env=env, check=True)
        time.sleep(8)
        yield
        process.terminate()


def started(env: dict[str, str]) -> float:
    """Return seconds from a server's spawn to its tools."""
    began = time.perf_counter()
    with subprocess.Popen([str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
        shake(process)
        took = time.perf_counter() - began
        process.kill()
    return took


def shake(process: subprocess.Popen[str]) -> None:
    """Do a client's handshake."""
    assert process.stdin is not None
    assert process.stdout is not None
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
    for message in (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        if "id" in message:
            process.stdout.readline()


if __name__ == "__main__":
    main()
