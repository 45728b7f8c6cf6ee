"""`acrouter-mcp memory`: see, move and delete what is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from acrouter_mcp.memory import Memory

app = typer.Typer(help="See, move and delete what is remembered.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="A decision.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DAY_S = 86_400.0


def _open() -> Memory:
    from acrouter_mcp.memory import Memory
    from acrouter_mcp.settings import Settings

    return Memory.open(Settings.load().memory_path)


def _print_json(value: object) -> None:
    import json

    from acrouter_mcp.cli.by_hand import show

    show(json.dumps(value, ensure_ascii=False, indent=2))


@app.command("list")
def list_decisions(
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    project: Annotated[str | None, typer.Option(help="Only this scope.")] = None,
    status: Annotated[str | None, typer.Option(help="open, closed, expired or abandoned.")] = None,
    dimension: Annotated[str | None, typer.Option(help="Only this kind of work.")] = None,
    as_json: Json = False,
) -> None:
    """List the newest decisions."""
    from dataclasses import asdict
    from typing import get_args

    from acrouter_mcp.cli.tables import print_table, time_words
    from acrouter_mcp.loop.wording import money
    from acrouter_mcp.memory.records import DecisionStatus
    from acrouter_mcp.types import Dimension

    statuses: dict[str, DecisionStatus] = {word: word for word in get_args(DecisionStatus)}
    if status is not None and status not in statuses:
        raise typer.BadParameter(f"{status!r} is none of {', '.join(statuses)}", param_hint="--status")
    if dimension is not None and dimension not in set(Dimension):
        raise typer.BadParameter(f"{dimension!r} is none of {', '.join(Dimension)}", param_hint="--dimension")
    rows = _open().list_decisions(
        limit=limit,
        project=project,
        status=statuses[status] if status else None,
        dimension=Dimension(dimension) if dimension else None,
    )
    if as_json:
        _print_json([asdict(row) for row in rows])
        return
    print_table(
        ("decision", "when", "status", "model", "quality", "cost", "dimension", "task"),
        (
            (
                row.id,
                time_words(row.created),
                row.status,
                row.used,
                "" if row.quality is None else f"{row.quality:.2f}",
                "" if row.cost_usd is None else money(row.cost_usd),
                row.dimension,
                " ".join(row.task.split())[:60],
            )
            for row in rows
        ),
    )


@app.command("show")
def show(decision_id: Id) -> None:
    """Print all that is known of one decision, as JSON."""
    _print_json(_open().show(decision_id))


@app.command("forget")
def forget(
    decision_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Decisions.")] = None,
    project: Annotated[str | None, typer.Option(help="All of this scope.")] = None,
    older_than_days: Annotated[float | None, typer.Option(min=0, help="All that are older.")] = None,
) -> None:
    """Delete decisions with every trace of them, in the policy's state as well."""
    import time

    given = [bool(decision_ids), project is not None, older_than_days is not None]
    if sum(given) != 1:
        raise typer.BadParameter("give IDs, or --project, or --older-than-days")
    memory = _open()
    if decision_ids:
        count = memory.forget(decision_ids)
    elif project is not None:
        count = memory.forget_project(project)
    else:
        count = memory.forget_before(time.time() - (older_than_days or 0) * DAY_S)
    typer.echo(f"{count} forgotten")


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; stdout if absent.")] = None,
) -> None:
    """Write everything as JSON lines."""
    import json
    import sys

    from acrouter_mcp.cli.by_hand import replacing

    rows = _open().export()
    if file is None:
        for row in rows:
            sys.stdout.write(json.dumps(row) + "\n")
        return
    count = 0
    with replacing(file) as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
            count += 1
    typer.echo(f"{count} rows written to {file}", err=True)


@app.command("import")
def import_rows(file: Annotated[Path, typer.Argument(help="What `export` wrote.")]) -> None:
    """Take in JSON lines that `export` wrote; what is known already stays as it is."""
    import json

    from acrouter_mcp.cli.by_hand import read_text
    from acrouter_mcp.errors import UserError

    rows = []
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            raise UserError(f"{file}: line {number} is not JSON; nothing was imported") from None
    typer.echo(f"{_open().import_rows(rows)} of {len(rows)} rows were new")


@app.command("stats")
def stats(as_json: Json = False) -> None:
    """Show what was learned, by dimension and model."""
    from dataclasses import asdict

    from acrouter_mcp.cli.tables import print_table
    from acrouter_mcp.loop.wording import money

    found = _open().stats()
    if as_json:
        _print_json(asdict(found))
        return
    typer.echo(
        f"{found.decisions} decisions, {found.closed} closed by {found.outcomes} outcomes; "
        f"{found.file_bytes / 1e6:.1f} MB, index {found.index_kind}, {found.unembedded} without a vector"
    )
    print_table(
        ("dimension", "model", "n", "quality", "cost", "of it expected"),
        (
            (
                row.dimension,
                row.arm,
                str(row.n),
                f"{row.quality:.2f}",
                money(row.cost_usd),
                f"{row.expected_costs} of {row.n}",
            )
            for row in found.by_arm
        ),
    )


@app.command("close")
def close(decision_id: Id) -> None:
    """Give an open decision up: its outcome stays unknown, and nothing is learned from it."""
    _open().abandon(decision_id)
    typer.echo(f"{decision_id} closed as unknown")
