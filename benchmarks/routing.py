"""Replays CodeRouterBench's open in-distribution stream through the router that the server runs.

    python benchmarks/routing.py [--data FOLDER] [--orders 20] [--json]

Bandit feedback on the complete matrix: the router is told the outcome of the model that it chose, and nothing else. It
sees a task's text, dimension and language, the catalogue's rows (the published table is its only prior), and expected
costs; released costs enter the reward alone (quality - 0.1 per USD). Regret is against the per-task oracle of the
reward, summed over the stream, mean and sd over shuffled orders.

Second and third tries: stop at a true score of .999, keep the best score, pay for every try.

What was tuned and tried is told beside the constants in `acrouter_mcp.routing.stages`, all on this open part. No
neighbours are given: with the 32 nearest earlier tasks (bundled embedder) 8 orders gave 180.9 regret, without 181.1.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.routing import Router, RoutingRequest, canonical_language, infer_language, retry_kind, task_kind
from acrouter_mcp.types import Candidate, Dimension, Lesson, PolicyName

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "coderouterbench"
PROMPTS, TASKS, RESULTS = "id_test_prompts.jsonl.gz", "id_test_tasks.jsonl", "id_test_results_long.csv"
COST_WEIGHT = 0.1
SOLVED = 0.999
EPSILON = 0.0
"""Some 230 tasks a dimension and a good prior leave nothing to be gained by exploring; up to .1 nothing is lost."""
PRIOR_WORTH = 80
"""Observations that the table is worth to the greedy learner per dimension."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as a server sees it, and what each model would make of it."""

    dimension: Dimension
    language: str | None
    kind: str
    scores: dict[str, float]
    costs: dict[str, float]
    tokens: dict[str, tuple[int, int]]

    def reward(self, arm: str) -> float:
        return self.scores[arm] - COST_WEIGHT * self.costs[arm]

    def best(self) -> float:
        return max(self.reward(arm) for arm in self.scores)


@dataclass(frozen=True, slots=True)
class Row:
    """One policy's figures over all orders."""

    policy: str
    tries: int
    cum_reg: float
    cum_reg_sd: float
    avg_perf: float
    """Mean score, %."""
    cost_usd: float
    by_dimension: dict[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """One order's outcome: per task the regret, the score that was kept, the USD paid."""

    regret: dict[Dimension, float]
    score: float
    cost: float


Policy = Callable[[Sequence[Task], int], Run]
"""(tasks in order, seed) -> outcome."""


def read_stream(folder: Path) -> list[Task]:
    """Return the tasks of the stream; a task without a prompt has an empty one."""
    with gzip.open(folder / PROMPTS, "rt", encoding="utf-8") as lines:
        prompts = {row["task_id"]: row for row in map(json.loads, lines)}
    cells: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / RESULTS).open(encoding="utf-8", newline="") as lines:
        for cell in csv.DictReader(lines):
            cells[cell["task_id"]].append(cell)
    with (folder / TASKS).open(encoding="utf-8") as lines:
        return [_task(row, prompts.get(row["task_id"], {}), cells[row["task_id"]]) for row in map(json.loads, lines)]


def _task(row: dict[str, str], prompt: dict[str, str], cells: list[dict[str, str]]) -> Task:
    text = prompt.get("prompt", "")
    language = canonical_language(prompt.get("language") or "") or infer_language(text)
    return Task(
        dimension=Dimension(row["dimension"]),
        language=language,
        kind=task_kind(text, language),
        scores={cell["model"]: float(cell["score"]) for cell in cells},
        costs={cell["model"]: float(cell["cost_usd"]) for cell in cells},
        tokens={cell["model"]: (int(cell["input_tokens"]), int(cell["output_tokens"])) for cell in cells},
    )


class Table:
    """The catalogue's rows and expected costs for the stream's models."""

    def __init__(self, arms: Sequence[str]) -> None:
        self._catalogue = Catalogue.load(None)
        self._prices = {arm: self._catalogue.price(arm) for arm in arms}
        self.candidates = {
            dimension: tuple(
                Candidate(arm=arm, word=arm, prior=self._catalogue.prior(arm, dimension), cost_usd=None) for arm in arms
            )
            for dimension in Dimension
        }

    def priced(self, router: Router, dimension: Dimension) -> tuple[Candidate, ...]:
        """Return the candidates with what the server would expect them to cost: list price, learned tokens."""
        usual = self._catalogue.expected_tokens(dimension)
        return tuple(
            replace(one, cost_usd=self._catalogue.expected_cost(self._prices[one.arm], *(learned or usual)[:2]))
            for one in self.candidates[dimension]
            for learned in (router.expected_tokens(dimension, one.arm),)
        )

    def order(self, dimension: Dimension) -> list[str]:
        """Return the arms by their published mean, best first."""
        return [one.arm for one in sorted(self.candidates[dimension], key=lambda one: -one.prior.mean)]


def with_router(table: Table, tries: int, policy: PolicyName) -> Policy:
    """Return the replay through the server's router."""

    def run(tasks: Sequence[Task], seed: int) -> Run:
        router = Router(np.random.default_rng(seed))
        seq = 0

        def pick(task: Task, failed: Sequence[str]) -> str:
            request = RoutingRequest(
                dimension=task.dimension,
                language=task.language,
                kind=task.kind,
                candidates=table.priced(router, task.dimension),
                policy=policy,
                epsilon=EPSILON,
                excluded=frozenset(failed),
            )
            return router.choose(request).choice.chosen.candidate.arm

        def told(task: Task, failed: Sequence[str], arm: str) -> None:
            nonlocal seq
            seq += 1
            router.learn(_lesson(seq, task, failed, arm, table))

        return _replay(tasks, tries, pick, told)

    return run


def _lesson(seq: int, task: Task, failed: Sequence[str], arm: str, table: Table) -> Lesson:
    prior = next(one.prior.mean for one in table.candidates[task.dimension] if one.arm == arm)
    return Lesson(
        seq=seq,
        decision_id=str(seq),
        arm=arm,
        dimension=task.dimension,
        language=task.language,
        kind=retry_kind(task.kind, failed),
        project="",
        quality=task.scores[arm],
        weight=1.0,
        prior_mean=prior,
        input_tokens=task.tokens[arm][0],
        output_tokens=task.tokens[arm][1],
        cost_usd=task.costs[arm],
        created=0.0,
    )


def by_table(table: Table, tries: int) -> Policy:
    """Return the replay of the published order, nothing learned."""

    def run(tasks: Sequence[Task], _seed: int) -> Run:
        return _replay(tasks, tries, lambda task, failed: table.order(task.dimension)[len(failed)], lambda *_: None)

    return run


def greedy(table: Table, tries: int) -> Policy:
    """Return the replay of running means per dimension, the published row worth `PRIOR_WORTH` outcomes."""

    def run(tasks: Sequence[Task], _seed: int) -> Run:
        sums = {
            (d, one.arm): [PRIOR_WORTH * one.prior.mean, PRIOR_WORTH] for d in Dimension for one in table.candidates[d]
        }

        def pick(task: Task, failed: Sequence[str]) -> str:
            left = [one.arm for one in table.candidates[task.dimension] if one.arm not in failed]
            return max(left, key=lambda arm: sums[task.dimension, arm][0] / sums[task.dimension, arm][1])

        def told(task: Task, failed: Sequence[str], arm: str) -> None:
            if not failed:
                entry = sums[task.dimension, arm]
                entry[0], entry[1] = entry[0] + task.reward(arm), entry[1] + 1

        return _replay(tasks, tries, pick, told)

    return run


def _replay(
    tasks: Sequence[Task],
    tries: int,
    pick: Callable[[Task, Sequence[str]], str],
    told: Callable[[Task, Sequence[str], str], None],
) -> Run:
    regret: defaultdict[Dimension, float] = defaultdict(float)
    scores = costs = 0.0
    for task in tasks:
        failed: list[str] = []
        kept = paid = 0.0
        while len(failed) < tries and kept < SOLVED:
            arm = pick(task, failed)
            told(task, failed, arm)
            kept, paid = max(kept, task.scores[arm]), paid + task.costs[arm]
            failed.append(arm)
        regret[task.dimension] += task.best() - (kept - COST_WEIGHT * paid)
        scores, costs = scores + kept, costs + paid
    return Run(regret, scores / len(tasks), costs)


def summarise(name: str, tries: int, policy: Policy, tasks: Sequence[Task], orders: int) -> Row:
    """Return the figures of one policy over shuffled orders."""
    runs = []
    for seed in range(orders):
        order = np.random.default_rng(seed).permutation(len(tasks))
        runs.append(policy([tasks[at] for at in order], seed))
    totals = [sum(run.regret.values()) for run in runs]
    return Row(
        policy=name,
        tries=tries,
        cum_reg=statistics.mean(totals),
        cum_reg_sd=statistics.pstdev(totals),
        avg_perf=100 * statistics.mean(run.score for run in runs),
        cost_usd=statistics.mean(run.cost for run in runs),
        by_dimension={
            dimension.value: statistics.mean(run.regret[dimension] for run in runs)
            for dimension in Dimension
            if any(dimension in run.regret for run in runs)
        },
    )


def decision_times(table: Table, tasks: Sequence[Task]) -> list[float]:
    """Return milliseconds per decision over one stream, learning after each, sorted."""
    router = Router(np.random.default_rng(0))
    times = []
    for seq, task in enumerate(tasks):
        request = RoutingRequest(
            dimension=task.dimension,
            language=task.language,
            kind=task.kind,
            candidates=table.candidates[task.dimension],
            policy="balanced",
        )
        begin = time.perf_counter()
        arm = router.choose(request).choice.chosen.candidate.arm
        times.append(1000 * (time.perf_counter() - begin))
        router.learn(_lesson(seq, task, (), arm, table))
    return sorted(times)


def measure(folder: Path, orders: int) -> tuple[list[Row], list[float]]:
    """Return every row and the times of single decisions in milliseconds."""
    tasks = read_stream(folder)
    table = Table(sorted(tasks[0].scores))
    rows = []
    for tries in (1, 2, 3):
        rows.append(summarise("table", tries, by_table(table, tries), tasks, 1))
        rows.append(summarise("greedy per dimension", tries, greedy(table, tries), tasks, orders))
        rows.append(summarise("router, balanced", tries, with_router(table, tries, "balanced"), tasks, orders))
    rows.append(summarise("router, thrifty", 1, with_router(table, 1, "thrifty"), tasks, orders))
    return rows, decision_times(table, tasks)


def as_text(rows: Sequence[Row], times: Sequence[float]) -> str:
    """Return the report for people."""
    lines = [f"{'policy':24}{'tries':>6}{'CumReg':>9}{'sd':>6}{'score %':>9}{'USD':>8}   by dimension"]
    for row in rows:
        parts = " ".join(f"{value:5.1f}" for value in row.by_dimension.values())
        figures = f"{row.cum_reg:9.1f}{row.cum_reg_sd:6.1f}{row.avg_perf:9.2f}{row.cost_usd:8.2f}"
        lines.append(f"{row.policy:24}{row.tries:6}{figures}   {parts}")
    lines.append(f"decision: p50 {times[len(times) // 2]:.2f} ms, p95 {times[len(times) * 95 // 100]:.2f} ms")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; 1 when the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the benchmark's files")
    parser.add_argument("--orders", type=int, default=20, help="shuffled orders of the stream")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    missing = [name for name in (PROMPTS, TASKS, RESULTS) if not (options.data / name).is_file()]
    if missing:
        print(f"missing in {options.data}: {', '.join(missing)}; name the folder with --data", file=sys.stderr)
        return 1
    rows, times = measure(options.data, options.orders)
    report = {"rows": [asdict(row) for row in rows], "decision_ms_p50": times[len(times) // 2]}
    print(json.dumps(report, indent=2) if options.json else as_text(rows, times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
