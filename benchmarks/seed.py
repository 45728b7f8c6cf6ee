"""Fills a memory with closed decisions, for benchmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from acrouter_mcp.embedding import Embedder
from acrouter_mcp.memory import Memory
from acrouter_mcp.project import find_project
from acrouter_mcp.types import Decision, Dimension, OutcomeReport

ARMS = ("claude-opus-4-6", "claude-sonnet-4-6", "gpt-5.4", "glm-5", "kimi-k2.5")
SUBJECTS = ("intervals", "a cache", "a CSV file", "a binary tree", "an HTTP client", "dates", "a graph", "matrices")
VERBS = ("Write a function for", "Fix the crash in", "Refactor", "Write tests for", "Explain", "Speed up", "Port")
NOISE = 0.05
"""Standard deviation per coordinate: cosines of 0.6 to 0.8 between rows of one text, as between related tasks."""


def seed_memory(path: Path, rows: int, embedder: Embedder) -> None:
    """Store `rows` closed decisions of this project, their vectors real embeddings with noise; seeded."""
    memory = Memory.open(path)
    memory.use_embedder(embedder.name, embedder.digest, embedder.dim)
    texts = [f"{verb} {subject} in Python." for verb in VERBS for subject in SUBJECTS]
    base = embedder.embed(texts)
    rng = np.random.default_rng(20260622)
    dimensions = list(Dimension)
    project = find_project(path.parent).id
    for number in range(rows):
        text = number % len(texts)
        noisy = base[text] + rng.normal(0.0, NOISE, len(base[text])).astype(np.float32)
        arm = ARMS[int(rng.integers(len(ARMS)))]
        decision = _decision(number, f"{texts[text]} Number {number}.", dimensions[text % 9], arm, project)
        memory.save_decision(decision, (noisy / np.linalg.norm(noisy)).astype(np.float32))
        quality = float(rng.random() < 0.6)
        memory.report(
            OutcomeReport(
                decision_id=decision.id, source="verifier", quality=quality, weight=0.8, created=float(number)
            )
        )
    memory.close()


def _decision(number: int, task: str, dimension: Dimension, arm: str, project: str) -> Decision:
    return Decision(
        id=f"d_seed{number}",
        created=float(number),
        project=project,
        task=task,
        task_digest=f"{number:064x}",
        dimension=dimension,
        language="python",
        kind="short/python",
        recommended=arm,
        recommended_word=arm,
        used=arm,
        chosen_by="router",
        policy="thrifty",
        explored=False,
        propensities={arm: 1.0},
        priors={arm: 0.4},
        expected_costs={arm: 0.01},
        words={arm: arm},
    )
