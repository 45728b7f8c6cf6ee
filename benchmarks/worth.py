"""Are the intervals of `bench --from-memory` right? The benchmark knows what every other choice would have been worth.

Replays random parts of CodeRouterBench's open stream with the server's router into memories as a server writes them,
estimates each alternative from each memory alone, and counts how often the true value lies in the interval.

    .venv/bin/python benchmarks/worth.py --out docs/figures/worth.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from acrouter_mcp.bench import official
from acrouter_mcp.bench.stream import Floats, Stream, Task
from acrouter_mcp.bench.table import Table
from acrouter_mcp.bench.worth.alternatives import ALWAYS, SETTINGS, shares
from acrouter_mcp.bench.worth.assess import Comparison, assess, fit
from acrouter_mcp.bench.worth.log import log_of
from acrouter_mcp.memory import Memory, history
from acrouter_mcp.routing import Router, RoutingRequest, RoutingResult
from acrouter_mcp.types import Decision, OutcomeReport, PolicyName

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "coderouterbench"
LEVELS = (0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Logging:
    """How the router decides while the log is made."""

    name: str
    stream: str
    tasks: int
    policy: PolicyName
    delta: float
    epsilon: float
    heard: float = 1.0
    """Share of the decisions whose outcome is heard of."""


LOGGINGS = (
    Logging("the server's settings", "id", 400, "thrifty", 0.02, 0.02),
    Logging("the same, more tasks", "id", 1000, "thrifty", 0.02, 0.02),
    Logging("half of the outcomes missing", "id", 800, "thrifty", 0.02, 0.02, 0.5),
    Logging("a fifth explored, over all models", "id", 1000, "balanced", 1.0, 0.2),
    Logging("agentic work, the server's settings", "ood", 90, "thrifty", 0.02, 0.02),
)


@cache
def stream_of(data: Path, name: str) -> tuple[Stream, Floats]:
    """Return a stream and its costs at the catalogue's list prices: what a memory would be told."""
    stream = official.read(data, name)
    table = Table(stream.models)
    prices = np.array([_price(table, model) for model in stream.models])
    return stream, (stream.tokens * prices).sum(axis=2) / 1e6


def _price(table: Table, model: str) -> tuple[float, float]:
    price = table.price(model)
    assert price is not None
    return price.input, price.output


@dataclass(frozen=True, slots=True)
class Truth:
    """What every arm was worth on the logged tasks, in the order of the log; shape (n, models)."""

    models: tuple[str, ...]
    score: Floats
    cost: Floats


def log_into(path: Path, data: Path, how: Logging, seed: int) -> tuple[Truth, Table]:
    """Replay random tasks with the server's router, and write the memory that would come of it."""
    stream, costs = stream_of(data, how.stream)
    rng = np.random.default_rng([seed, how.tasks])
    rows = rng.permutation(len(stream))[: how.tasks]
    table = Table(stream.models)
    router = Router(rng)
    seq = 0
    with closing(Memory.open(path)) as memory, memory.together():
        generation = memory.lessons_since(-1, 0).generation
        for place, row in enumerate(rows):
            result = router.choose(_request(table, router, stream.tasks[row], how))
            decision = _decision(place, stream.tasks[row], result, how)
            memory.save_decision(decision, None)
            if rng.random() < how.heard:
                arm = stream.models.index(decision.used)
                memory.report(
                    OutcomeReport(
                        decision_id=decision.id,
                        source="user",
                        quality=float(stream.score[row, arm]),
                        weight=1.0,
                        cost_usd=float(costs[row, arm]),
                        input_tokens=int(stream.tokens[row, arm, 0]),
                        output_tokens=int(stream.tokens[row, arm, 1]),
                        created=place + 0.5,
                    )
                )
                for lesson in memory.lessons_since(generation, seq).lessons:
                    router.learn(lesson)
                    seq = lesson.seq
    return Truth(stream.models, stream.score[rows], costs[rows]), table


def _request(table: Table, router: Router, task: Task, how: Logging) -> RoutingRequest:
    return RoutingRequest(
        dimension=task.dimension,
        language=task.language,
        kind=task.kind,
        candidates=table.candidates(task.dimension, router),
        policy=how.policy,
        delta=how.delta,
        epsilon=how.epsilon,
    )


def _decision(place: int, task: Task, result: RoutingResult, how: Logging) -> Decision:
    everyone = (result.choice.chosen, *result.choice.others)
    arm = result.choice.chosen.candidate.arm
    return Decision(
        id=str(place),
        created=float(place),
        project="benchmark",
        task="",
        task_digest=str(place),
        dimension=task.dimension,
        language=task.language,
        kind=task.kind,
        recommended=arm,
        recommended_word=arm,
        used=arm,
        chosen_by="router",
        policy=how.policy,
        explored=result.choice.explored,
        propensities={one.candidate.arm: one.propensity for one in everyone},
        priors={one.candidate.arm: one.candidate.prior.mean for one in everyone},
        expected_costs={one.candidate.arm: one.candidate.cost_usd for one in everyone},
        words={one.candidate.arm: one.candidate.word for one in everyone},
    )


def one_log(data: Path, how: Logging, seed: int) -> list[dict[str, Any]]:
    """Return, for each alternative and estimator, the estimates of one log beside the truth."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.db"
        truth, table = log_into(path, data, how, seed)
        past = history.read(path)
    log, _ = log_of(past.decisions)
    at = np.array([int(one.id) for one in log.past])
    columns = [truth.models.index(arm) for arm in log.arms]
    score, cost = truth.score[at][:, columns], truth.cost[at][:, columns]
    prior_of = lambda arm, dimension: table.prior(dimension, arm)  # noqa: E731
    names = [*(ALWAYS + arm for arm in log.arms), *SETTINGS]
    found = shares(log, past.lessons, names, prior_of)
    surfaces = fit(log, prior_of)
    rows = []
    for name in names:
        worth = assess(name, log, found[name], surfaces)
        if worth is None:
            continue
        inside = found[name].sum(axis=1) > 0.5
        compared = {"answer": (worth.estimate, inside), "model_based": (worth.model_based, inside)}
        compared |= {kind: (one, inside & worth.overlap_rows) for kind, one in worth.weighted.items()}
        for kind, (one, over) in compared.items():
            rows.append(
                {
                    "log": how.name,
                    "alternative": name,
                    "estimator": kind,
                    "method": worth.method,
                    "overlap": worth.overlap / worth.n,
                    "effective": worth.effective,
                    **_judged(
                        one,
                        log.quality[over],
                        (found[name] * score)[over].sum(1),
                        log.cost[over],
                        (found[name] * cost)[over].sum(1),
                    ),
                }
            )
    return rows


def _judged(
    one: Comparison, quality: Floats, other_quality: Floats, cost: Floats, other_cost: Floats
) -> dict[str, Any]:
    true_quality = float((quality - other_quality).mean())
    true_change = float(cost.mean() / other_cost.mean() - 1.0) if len(cost) else 0.0
    change = one.cost_change(float(cost.mean()), 0.8)
    inside = {}
    for level in LEVELS:
        low, high = one.quality.interval(level)
        inside[f"quality_{level:.0%}"] = bool(low <= true_quality <= high)
        found = one.cost_change(float(cost.mean()), level)
        inside[f"cost_{level:.0%}"] = bool(found is not None and found[1] <= true_change <= found[2])
    low, high = one.quality.interval(0.8)
    return {
        "quality_error": one.quality.value - true_quality,
        "quality_width": high - low,
        "cost_error": float(np.log((1 + true_change) / (1 + change[0]))) if change else None,
        "n": one.n,
        **inside,
    }


def all_logs(data: Path, logs: int, processes: int) -> Iterator[dict[str, Any]]:
    """Yield every estimate of every log."""
    with ProcessPoolExecutor(processes) as pool:
        for how in LOGGINGS:
            for rows in pool.map(partial(one_log, data, how), range(logs)):
                yield from rows
            print(f"{how.name}: done", file=sys.stderr)


def summary(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return coverage by way of logging, kind of alternative and estimator."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        kind = "always the same model" if row["alternative"].startswith(ALWAYS) else "another setting"
        groups.setdefault((row["log"], kind, row["estimator"]), []).append(row)
    return [
        {
            "log": log,
            "alternative": kind,
            "estimator": estimator,
            "estimates": len(group),
            "effective": float(np.median([row["effective"] for row in group])),
            "weighted_answers": float(np.mean([row["method"] == "doubly_robust" for row in group])),
            "bias_points": 100 * float(np.mean([row["quality_error"] for row in group])),
            "error_points": 100 * float(np.sqrt(np.mean([row["quality_error"] ** 2 for row in group]))),
            "half_width_points": 50 * float(np.median([row["quality_width"] for row in group])),
            "cost_factor": float(np.exp(np.sqrt(np.mean([(row["cost_error"] or 0.0) ** 2 for row in group])))),
            **{
                f"{what}_{level:.0%}": float(np.mean([row[f"{what}_{level:.0%}"] for row in group]))
                for what in ("quality", "cost")
                for level in LEVELS
            },
        }
        for (log, kind, estimator), group in groups.items()
    ]


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the summary for people."""
    lines = [
        f"{'log':38}{'alternative':23}{'estimator':15}{'n':>5}{'ESS':>6}{'bias':>7}{'error':>7}{'+-':>6}"
        f"{'q80':>6}{'q95':>6}{'c80':>6}{'c95':>6}{'cost x':>8}"
    ]
    lines += [
        f"{r['log']:38}{r['alternative']:23}{r['estimator']:15}{r['estimates']:5}{r['effective']:6.0f}"
        f"{r['bias_points']:7.2f}{r['error_points']:7.2f}{r['half_width_points']:6.1f}{r['quality_80%']:6.2f}{r['quality_95%']:6.2f}"
        f"{r['cost_80%']:6.2f}{r['cost_95%']:6.2f}{r['cost_factor']:8.2f}"
        for r in rows
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; 1 when the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the benchmark's files")
    parser.add_argument("--logs", type=int, default=16, help="logs of each kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--out", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    missing = [name for stream in ("id", "ood") for name in official.missing(options.data, stream)]
    if missing:
        print(f"missing in {options.data}: {', '.join(missing)}; name the folder with --data", file=sys.stderr)
        return 1
    rows = summary(list(all_logs(options.data, options.logs, options.jobs)))
    print(as_text(rows))
    if options.out:
        report = {"logs": options.logs, "loggings": [asdict(how) for how in LOGGINGS], "rows": rows}
        options.out.write_text(json.dumps(_rounded(report), indent=1) + "\n", encoding="utf-8")
    return 0


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
