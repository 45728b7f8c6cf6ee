"""The demo's account on the terminal: one block a task, then what it all amounts to.

Every text from outside goes in as `Text`, so that nothing in it is taken for markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from acrouter_mcp.demo.account import Score, Shift, Summary
from acrouter_mcp.demo.cast import CastTask
from acrouter_mcp.loop.answers import Advice, Recall, Record, Verification
from acrouter_mcp.loop.wording import money

MOVES = 3
"""Models per dimension of which a change is shown."""
MESSAGE = 110
"""Characters of a failure's message that are shown."""


def heading(task: CastTask, number: int, total: int) -> Text:
    """Return the line that opens a task: its place, its kind, and how its prompt begins."""
    words = " ".join(task.prompt.split())
    return Text.assemble(
        (f"\n{number:>2}/{total} ", "bold"),
        (task.dimension.value, "bold cyan"),
        (f" · {task.id}  ", "bold"),
        (_cut(words, 70), "dim"),
    )


def choice(advice: Advice) -> Text:
    """Return which model was advised, how sure that is, and why."""
    quality = advice.quality
    return Text.assemble(
        "   → ",
        (advice.model, "bold"),
        f"  expected {quality.mean:.2f} ({quality.low:.2f} to {quality.high:.2f}) at {money(advice.cost_usd)}, "
        f"confidence {advice.confidence:.2f}\n",
        (f"     {advice.reason}", "dim"),
    )


def verdict(answer: Verification) -> Text:
    """Return what running the answer showed, with the first failure, and what the server says to do next."""
    mark, style = {"pass": ("✓", "green"), "fail": ("✗", "red")}.get(answer.verdict, ("?", "yellow"))
    tests = answer.tests
    ran = tests.passed + tests.failed + tests.errors
    line = Text.assemble(
        "     ",
        (f"{mark} {answer.verdict}", f"bold {style}"),
        f" {answer.score:.2f}  {tests.passed} of {max(tests.expected, ran)} tests passed "
        f"({answer.isolation}, {answer.integrity}, {answer.duration_ms:.0f} ms)",
    )
    for failure in tests.failures[:1]:
        line.append(f"\n       {failure.name}: {_cut(' '.join(failure.message.split()), MESSAGE)}", style="dim")
    if answer.verdict != "pass":
        line.append(f"\n       next: {answer.next.action} {answer.next.model or ''}".rstrip(), style="dim")
    return line


def judged(record: Record) -> Text:
    """Return what a person said of an answer that nothing executes."""
    style = "green" if record.quality >= 0.8 else "red"
    return Text.assemble(
        "     ",
        (f"a person says {record.quality:.2f}", f"bold {style}"),
        f"  at {money(record.cost_usd)} (record_outcome: {record.status})",
    )


def learned(model: str, expected: float, quality: float) -> Text:
    """Return what an outcome has told the memory."""
    return Text(f"     learned: {model} {quality:.2f} where {expected:.2f} was expected", style="dim italic")


def recalled(recall: Recall) -> Text:
    """Return what the memory knows of a task like this, the nearest earlier one first."""
    if not recall.neighbours:
        return Text(f"     recalled: nothing. {recall.advice}", style="magenta")
    nearest = recall.neighbours[0]
    models = ", ".join(f"{row.model} {row.quality:.2f}" for row in recall.by_model)
    return Text(
        f"     recalled ({nearest.similarity:.2f}): {_cut(' '.join(nearest.task.split()), 60)}  [{models}]",
        style="magenta",
    )


def scores(rows: Sequence[Score]) -> Table:
    """Return the strategies beside each other; regret is against the oracle of the cast."""
    table = Table(title="What it amounts to", title_justify="left", title_style="bold")
    table.add_column("strategy")
    for name in ("solved", "cost", "regret"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(Text(row.name), f"{row.solved} of {row.tasks}", money(row.cost_usd), f"{row.regret:.2f}")
    return table


def mind(changes: Sequence[Shift]) -> Table:
    """Return what changed in the router's mind between the first and the last task of each dimension."""
    table = Table(title="What changed in the router's mind", title_justify="left", title_style="bold")
    for name in ("dimension", "first advised", "last advised", "expected quality, first to last task"):
        table.add_column(name)
    for change in changes:
        other = change.first != change.last
        table.add_row(
            change.dimension.value, Text(change.first), Text(change.last, "bold" if other else ""), _moves(change)
        )
    return table


def summary(found: Summary) -> Group:
    """Return the account: what changed, the strategies, and regret and cost in sentences."""
    once, looped, paper, paper_looped = (
        found.first_tries,
        found.escalated,
        found.best_on_paper,
        found.paper_escalated,
    )
    return Group(
        "",
        mind(found.shifts),
        scores(found.scores),
        Text(f"Regret: {once.regret:.2f} by first tries, against {paper.regret:.2f} for {paper.name}."),
        Text(
            f"With verification and escalation: {looped.solved} of {looped.tasks} solved for "
            f"{money(looped.cost_usd)}; {paper_looped.name}: {paper_looped.solved} for {money(paper_looped.cost_usd)}."
        ),
        Text(f"Cost of first tries: {_saved(once, found.dearest)}, {_saved(once, paper)}."),
    )


def closing(problems: Sequence[str], seconds: float) -> Panel:
    """Return the last word: whether all went as it should."""
    lines = [Text(f"Done in {seconds:.0f} s. The answers were a cast; the server, its memory and the tests were real.")]
    lines += [Text(f"Fell short: {problem}", style="red") for problem in problems]
    return Panel(Group(*lines), border_style="red" if problems else "green")


def registration(command: str) -> Text:
    """Return the lines that put the server into the user's own agent; never wrapped, so that they can be copied."""
    return Text.assemble(
        "In Claude Code:  ",
        (f"claude mcp add acrouter -s user -- {command}", "bold"),
        "\nIn any other host, as a stdio server:  ",
        (command, "bold"),
        no_wrap=True,
        overflow="ignore",
    )


def expected_by_model(advice: Advice) -> Mapping[str, float]:
    """Return model -> expected quality, as far as an advice tells it: the chosen one and up to three others."""
    return {advice.model: advice.quality.mean} | {other.model: other.quality for other in advice.alternatives}


def _moves(change: Shift) -> Text:
    """Return whose expected quality changed, one a line: the advised models first, then by the size of the change."""
    moved = [
        (model, before, after)
        for model, (before, after) in change.expected.items()
        if f"{before:.2f}" != f"{after:.2f}"
    ]
    moved.sort(key=lambda row: (row[0] not in (change.first, change.last), -abs(row[2] - row[1])))
    lines = [
        Text.assemble(f"{model} ", (f"{before:.2f} → {after:.2f}", "green" if after > before else "red"))
        for model, before, after in moved[:MOVES]
    ]
    return Text("\n").join(lines) if lines else Text("as it was", style="dim")


def _saved(cheap: Score, dear: Score) -> str:
    share = 1 - cheap.cost_usd / dear.cost_usd if dear.cost_usd else 0.0
    verb = "less" if share >= 0 else "more"
    return f"{abs(share):.0%} {verb} than {dear.name} ({money(cheap.cost_usd)} against {money(dear.cost_usd)})"


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"
