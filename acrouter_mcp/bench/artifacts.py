"""The agentic-artifacts manifest: what a run was made of and what it made, with digests and how to make it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema

from acrouter_mcp import __version__
from acrouter_mcp.bench import official
from acrouter_mcp.bench.stream import Stream

MANIFEST = "agentic-artifacts.json"
SCHEMA = "agentic-artifacts.schema.json"
PAPER = "arXiv 2606.22902, Agent-as-a-Router: Agentic Model Routing for Coding Tasks"
CODE = ("bench", "bench/routers", "catalogue", "routing")
"""Folders of the package that a run's figures depend on."""
DATA_LICENCE = "as released by the authors of CodeRouterBench; not redistributed here"
CODE_LICENCE = "Apache-2.0"
COMMAND = "acrouter-mcp bench --data FOLDER --out FOLDER"


def manifest(
    summary: Mapping[str, Any],
    streams: Mapping[tuple[str, str], Stream],
    *,
    data: Path | None,
    results: Iterable[Path],
) -> dict[str, Any]:
    """Return the manifest of a run; it is checked against the schema.

    Raises:
        jsonschema.ValidationError: it isn't what the schema says, which is a defect of ours.
    """
    shown = {key: stream for key, stream in streams.items() if key[0] in summary["table"]}
    command = _command(summary)
    found = {
        "schema": "acrouter-mcp/agentic-artifacts/1",
        "entry": {
            "title": "CodeRouterBench, replayed",
            "paper": PAPER,
            "version": __version__,
            "page": "report.html",
            "summary": "results.json",
            "command": command,
            "synthetic": summary["about"]["synthetic"],
        },
        "licence": {"code": CODE_LICENCE, "data": DATA_LICENCE},
        "splits": [_split(stream) for stream in shown.values()],
        "score_matrices": [_matrix(stream) for (_, view), stream in shown.items() if view == "complete"],
        "verifier_traces": [trace for (_, view), one in shown.items() if view == "complete" for trace in _traces(one)],
        "ood_stream": _ood(shown),
        "artifacts": [
            *_code(),
            *_files(_inputs(data), "data", DATA_LICENCE, "released by the authors; see docs/benchmark.md"),
            *_files(results, "result", CODE_LICENCE, command),
        ],
    }
    jsonschema.validate(found, schema())
    return found


def schema() -> dict[str, Any]:
    """Return the manifest's JSON schema."""
    text = resources.files("acrouter_mcp.bench").joinpath(SCHEMA).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _command(summary: Mapping[str, Any]) -> str:
    about = summary["about"]
    command = COMMAND.replace("--data FOLDER ", "") if about["synthetic"] else COMMAND
    return f"{command} --orders {about['orders']} --seed {about['seed']}"


def _split(stream: Stream) -> dict[str, Any]:
    return {
        "stream": stream.name,
        "view": stream.view,
        "tasks": len(stream),
        "models": len(stream.models),
        "ids_sha256": hashlib.sha256("\n".join(stream.ids).encode()).hexdigest(),
    }


def _matrix(stream: Stream) -> dict[str, Any]:
    return {
        "stream": stream.name,
        "shape": list(stream.score.shape),
        "sha256": hashlib.sha256(stream.score.tobytes() + stream.cost.tobytes()).hexdigest(),
        "imputed_cells": int((~stream.measured).sum()),
        "models": [
            {
                "model": model,
                "mean_quality": float(stream.score[:, at].mean()),
                "cost_usd": float(stream.cost[:, at].sum()),
            }
            for at, model in enumerate(stream.models)
        ],
    }


def _traces(stream: Stream) -> list[dict[str, Any]]:
    """Return what each stop signal said, and how far it is to be believed."""
    solved = stream.score >= official.SOLVED
    return [
        {
            "stream": stream.name,
            "signal": name,
            "satisfied": float(said.mean()),
            "solved_when_satisfied": float(solved[said].mean()) if said.any() else None,
            "solved_when_not": float(solved[~said].mean()) if (~said).any() else None,
        }
        for name, said in stream.signals.items()
    ]


def _ood(streams: Mapping[tuple[str, str], Stream]) -> dict[str, Any] | None:
    stream = streams.get(("ood", "complete"))
    if stream is None:
        return None
    return {
        "tasks": len(stream),
        "dimension_given": "agentic_programming",
        "halves": {view: len(rows) for view, rows in stream.views.items()},
        "signals": sorted(stream.signals),
    }


def _code() -> list[dict[str, Any]]:
    found = []
    for folder in CODE:
        for file in sorted(resources.files("acrouter_mcp").joinpath(folder).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".py", ".toml", ".j2", ".schema.json")):
                content = file.read_bytes()
                path = f"acrouter_mcp/{folder}/{file.name}"
                found.append(_artifact(path, "code", content, CODE_LICENCE, "part of the package"))
    return found


def _inputs(data: Path | None) -> list[Path]:
    if data is None:
        return []
    return sorted(
        path
        for path in (*data.iterdir(), *(data / official.DECISIONS).glob("*.jsonl*"))
        if path.is_file() and path.suffix in (".csv", ".jsonl", ".gz", ".json")
    )


def _files(paths: Iterable[Path], kind: str, licence: str, reproduce: str) -> list[dict[str, Any]]:
    return [_artifact(path.name, kind, path.read_bytes(), licence, reproduce) for path in paths]


def _artifact(path: str, kind: str, content: bytes, licence: str, reproduce: str) -> dict[str, Any]:
    return {
        "path": path,
        "kind": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": licence,
        "reproduce": reproduce,
    }
