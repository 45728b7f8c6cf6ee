"""`acrouter-mcp install` and `uninstall`: server, hooks and instructions into a host, and out again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from acrouter_mcp.install.plan import Plan
    from acrouter_mcp.install.receipts import Receipts
    from acrouter_mcp.install.wishes import Machine, Recipe, Wish

Host = Annotated[str | None, typer.Argument(metavar="[HOST]", help="Absent: those found here, after asking.")]
Scope = Annotated[Literal["user", "project"], typer.Option(help="For you in every project, or for this project.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the exact change, and make none.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("install")(install)
    app.command("uninstall")(uninstall)


def install(
    host: Host = None,
    scope: Scope = "user",
    transport: Annotated[
        Literal["stdio", "http", "sse"], typer.Option(help="How the host reaches the server.")
    ] = "stdio",
    url: Annotated[str | None, typer.Option(help="Of a running server, for http and sse.")] = None,
    command: Annotated[str | None, typer.Option(help="Start the server by this instead of our own path.")] = None,
    worker: Annotated[
        list[str] | None, typer.Option(help="A model to make a worker agent for, where an agent picks models so.")
    ] = None,
    allow: Annotated[bool, typer.Option(help="Have the host not ask at every call of the four tools.")] = True,
    hooks: Annotated[bool, typer.Option(help="Install the host's hooks.")] = True,
    instructions: Annotated[bool, typer.Option(help="Permit the agent, in your name, to set models.")] = True,
    agents: Annotated[bool, typer.Option(help="Install worker agents, where an agent picks models so.")] = True,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put server, hooks and instructions into a host's configuration; `uninstall` puts back what was there."""
    from acrouter_mcp.install.wishes import Wish

    machine, receipts = _here()
    chosen = [_recipe(host)] if host else _found(machine, "install into", yes=yes or dry_run)
    wish = Wish(
        command=_command(command, machine, yes=yes, dry_run=dry_run),
        scope=scope,
        transport=transport,
        url=_url(transport, url),
        allow=allow,
        hooks=hooks,
        instructions=instructions,
        agents=agents,
        models=tuple(worker or ()),
    )
    _carry_out(chosen, machine, wish, receipts, undo=False, dry_run=dry_run, as_json=as_json)


def uninstall(
    host: Host = None, scope: Scope = "user", dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Take everything of ours out of a host: files are as they were, or lose our entries only if they changed since."""
    from acrouter_mcp.install.command import running
    from acrouter_mcp.install.wishes import Wish

    machine, receipts = _here()
    project = str(machine.project) if scope == "project" else None
    if host:
        chosen = [_recipe(host)]
    else:
        installed = {one.host for one in receipts.all() if (one.scope, one.project) == (scope, project)}
        chosen = _found(machine, "uninstall from", yes=yes or dry_run, only=installed)
    for recipe in chosen:
        receipt = receipts.find(recipe.NAME, scope, project)
        said = receipt.wish if receipt else {}
        wish = Wish(
            command=tuple(said.get("command", [str(running())])),
            scope=scope,
            transport=said.get("transport", "stdio"),
            url=said.get("url", ""),
            models=tuple(said.get("models", ())),
        )
        _carry_out([recipe], machine, wish, receipts, undo=True, dry_run=dry_run, as_json=as_json)


def _here() -> tuple[Machine, Receipts]:
    from acrouter_mcp.install.receipts import Receipts
    from acrouter_mcp.install.wishes import Machine
    from acrouter_mcp.project import find_project
    from acrouter_mcp.settings import Settings

    settings = Settings.load()
    machine = Machine(home=Path.home(), project=find_project(Path.cwd()).root)
    return machine, Receipts(settings.data_dir / "installed")


def _recipe(name: str) -> Recipe:
    from acrouter_mcp.errors import UsageError
    from acrouter_mcp.install.recipes import RECIPES

    known = {recipe.NAME: recipe for recipe in RECIPES}
    if name not in known:
        raise UsageError(f"host: unknown {name!r}; there are {', '.join(known)}")
    return known[name]


def _found(machine: Machine, what: str, *, yes: bool, only: set[str] | None = None) -> list[Recipe]:
    """Return the hosts that are here (or, of those installed, `only`), as far as the user wants them."""
    from acrouter_mcp.errors import UsageError, UserError
    from acrouter_mcp.install.recipes import RECIPES

    there = [one for one in RECIPES if (one.is_here(machine) if only is None else one.NAME in only)]
    if not there:
        names = ", ".join(recipe.NAME for recipe in RECIPES)
        raise UserError(f"host: none found to {what}; name one: {names}")
    if yes:
        return there
    if not sys.stdin.isatty():
        names = ", ".join(recipe.NAME for recipe in there)
        raise UsageError(f"host: name one, or give --yes for all that are here: {names}")
    return [recipe for recipe in there if typer.confirm(f"{what} {recipe.TITLE}?".capitalize(), default=True, err=True)]


def _command(named: str | None, machine: Machine, *, yes: bool, dry_run: bool) -> tuple[str, ...]:
    """Return how hosts shall start the server, installing it for good first if it was only fetched to run once."""
    import shlex

    from acrouter_mcp.errors import UserError
    from acrouter_mcp.install.command import PACKAGE, fallback, installers, permanent

    if named:
        return tuple(shlex.split(named, posix=machine.platform != "win32"))
    if found := permanent():
        return (str(found),)
    for installer in () if dry_run else installers()[:1]:
        question = f"{PACKAGE} was only fetched to run once. Install it for good (`{' '.join(installer.words)}`)?"
        if yes or (sys.stdin.isatty() and typer.confirm(question, default=True, err=True)):
            return (str(installer.run()),)
    if words := fallback():
        typer.echo("The server will be started by uvx, which takes longer at every start.", err=True)
        return words
    raise UserError(f"{PACKAGE} is not installed for good; run `uv tool install {PACKAGE}` or `pipx install {PACKAGE}`")


def _url(transport: str, url: str | None) -> str:
    from acrouter_mcp.errors import UsageError

    if transport == "stdio":
        if url:
            raise UsageError("url: a server on stdio has none; add --transport http or sse")
        return ""
    return url or f"http://127.0.0.1:8765/{'mcp' if transport == 'http' else 'sse'}"


def _carry_out(
    chosen: list[Recipe],
    machine: Machine,
    wish: Wish,
    receipts: Receipts,
    *,
    undo: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    from acrouter_mcp.install.plan import carry_out, plan_install, plan_uninstall

    report = []
    for recipe in chosen:
        plan = (plan_uninstall if undo else plan_install)(recipe, machine, wish, receipts)
        backups = None if dry_run else carry_out(plan, receipts)
        notes = [] if undo else list(recipe.notes(machine, wish))
        report.append(_report(recipe, plan, backups, notes))
        if not as_json:
            _tell(recipe, plan, backups, notes, undo=undo, dry_run=dry_run)
    if as_json:
        import json

        typer.echo(json.dumps(report, indent=2))


def _report(recipe: Recipe, plan: Plan, backups: Path | None, notes: list[str]) -> dict[str, object]:
    return {
        "host": recipe.NAME,
        "changed": [str(change.path) for change in plan.changes],
        "backups": str(backups) if backups else None,
        "diff": plan.diff,
        "notes": notes,
    }


def _tell(recipe: Recipe, plan: Plan, backups: Path | None, notes: list[str], *, undo: bool, dry_run: bool) -> None:
    if dry_run:
        typer.echo(plan.diff or f"{recipe.TITLE}: nothing to change", nl=not plan.diff)
        return
    if not plan.changes:
        typer.echo(f"{recipe.TITLE}: nothing to {'take out' if undo else 'change'}")
    for change in plan.changes:
        done = "removed" if change.after is None else "made" if change.before is None else "changed"
        typer.echo(f"{recipe.TITLE}: {done} {change.path}")
    if backups:
        typer.echo(f"What was there before is kept in {backups}", err=True)
    for note in notes:
        typer.echo(f"  - {note}", err=True)
