"""`acrouter-mcp bench --from-memory`: what the user's own recorded decisions were worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrouter_mcp.bench.worth.assess import Comparison, Worth
    from acrouter_mcp.bench.worth.report import Report

LEVEL = 0.95
MINUS = "\N{MINUS SIGN}"
METHODS = {"doubly_robust": "doubly robust", "model_based": "model-based"}


def from_memory(routers: Sequence[str] | None, *, as_json: bool) -> None:
    """Print what was decided against other models and settings, estimated from the memory alone."""
    import json

    from acrouter_mcp.bench.worth import report
    from acrouter_mcp.catalogue import Catalogue
    from acrouter_mcp.settings import Settings, user_models_file

    path = Settings.load().memory_path
    found = report.report(path, Catalogue.load(user_models_file()).prior, routers)
    for name in found.not_there:
        typer.echo(f"no row {name}: it was a candidate of no decision with a known outcome", err=True)
    if not found.decisions:
        typer.echo(_nothing(found, str(path)), err=True)
    if as_json:
        typer.echo(json.dumps(report.as_json(found), indent=1))
    elif found.decisions:
        _print(found)


def _nothing(found: Report, path: str) -> str:
    waiting = f"{found.left.unknown} wait for an outcome. " if found.left.unknown else ""
    return (
        f"Nothing to value yet: {path} has no decision of choose_model with a known outcome. {waiting}"
        "Let an agent ask choose_model and verify its work with verify_solution (or tell record_outcome), or close "
        "decisions by `acrouter-mcp install HOST`, whose hooks hear the tests; then ask again."
    )


def _print(found: Report) -> None:
    from acrouter_mcp.cli.tables import print_table

    if found.worths:
        typer.echo(f"Compared with {found.worths[0].name.replace(':', '-', 1)}: {_in_words(found.worths[0])}\n")
    print_table(
        ("what was decided, against", "quality, points", "cost", "95 % interval", "n", "overlap", "ESS", "estimate"),
        (
            (
                one.name,
                _points(one.estimate),
                *_cost(one),
                str(one.n),
                f"{one.overlap / one.n:.0%}",
                f"{one.effective:.0f}",
                METHODS[one.method],
            )
            for one in found.worths
        ),
    )
    typer.echo(
        f"\n{found.decisions} first tries with a known outcome; left out: {found.left.unknown} with an unknown one, "
        f"{found.left.retries} retries (${found.left.retries_usd:.2f}), {found.left.unasked} that the router wasn't "
        "asked about. Model-based: too few of these decisions could have gone that way by chance, so it is what the "
        "priors and the outcomes of other work let expect."
    )


def _in_words(one: Worth) -> str:
    cost = _cost(one)[0]
    return f"{cost + ' cost, ' if cost else ''}quality {_points(one.estimate)} points ({METHODS[one.method]})."


def _points(one: Comparison) -> str:
    low, high = one.quality.interval(LEVEL)
    return f"{_signed(100 * one.quality.value, '.1f')} ± {50 * (high - low):.1f}"


def _cost(one: Worth) -> tuple[str, str]:
    change = one.estimate.cost_change(one.cost, LEVEL) if one.cost is not None else None
    if change is None:
        return "", "unknown"
    middle, low, high = (f"{_signed(100 * value, ',.0f')} %" for value in change)
    return middle, f"{low} to {high}"


def _signed(value: float, form: str) -> str:
    text = format(abs(value), form)
    return text if not text.strip("0.,") else f"{MINUS if value < 0 else '+'}{text}"
