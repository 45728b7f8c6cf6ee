"""One run of a workspace's command in the sandbox, with the base revision's files laid over it or not."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from acrouter_mcp.verification.runner.instructions import INSIDE, as_line
from acrouter_mcp.verification.runner.interpreter import locate
from acrouter_mcp.verification.sandbox import Exit, Job, Limits, Sandbox
from acrouter_mcp.verification.submission import Submission
from acrouter_mcp.verification.workspace.reports import Results, read_results

Lay = Literal["nothing", "tests", "all"]
_ENVIRONMENT = {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
_TOOLS = ("node", "go", "java", "cargo")
"""Runtimes that people keep in folders of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of it."""

    exit: Exit
    output: str
    results: Results | None
    """None where only the exit status speaks."""
    base: str | None
    edited: tuple[str, ...]
    """Test files of the base revision that are not as they were there."""


class _Survey(BaseModel):
    model_config = ConfigDict(extra="forbid")
    base: str | None
    edited: list[str]


class _Reports(BaseModel):
    model_config = ConfigDict(extra="forbid")
    junit: list[str]


_EVENT: TypeAdapter[_Survey | _Reports] = TypeAdapter(_Survey | _Reports)


@dataclass(slots=True)
class _Heard:
    pending: bytes = b""
    survey: _Survey | None = None
    junit: list[str] = field(default_factory=list)

    async def read(self, piece: bytes) -> None:
        *lines, self.pending = (self.pending + piece).split(b"\n")
        for line in lines:
            try:
                event = _EVENT.validate_json(line)
            except ValidationError:
                continue  # the command's own noise, if it found the channel
            if isinstance(event, _Reports):
                self.junit = event.junit
            elif self.survey is None:
                self.survey = event


async def attempt(submission: Submission, workspace: Path, sandbox: Sandbox, limits: Limits, lay: Lay) -> Attempt:
    """Run the command once; `lay` says which of the base revision's files are laid over the tree first."""
    interpreter, own = locate(submission.python), locate(Path(sys.executable))
    tools = _tools(submission.command)
    told = {"base": submission.base_revision, "lay": lay, "command": list(submission.command)}
    heard = _Heard()
    job = Job(
        argv=(str(own.executable), "-I", "-S", "-B", str(INSIDE / "tree.py")),
        readable=(*interpreter.readable, *own.readable, INSIDE, *_repository(workspace), *tools),
        path=(interpreter.executable.parent, *(tool / "bin" for tool in tools)),
        environment=_ENVIRONMENT,
        workspace=workspace,
        limits=_room(limits),
        report=lambda descriptor: as_line(told, report=descriptor),
        on_report=heard.read,
    )
    exit_ = await sandbox.run(job)
    output = "\n".join(part.decode("utf-8", "replace") for part in (exit_.stdout, exit_.stderr))
    survey = heard.survey or _Survey(base=None, edited=[])
    return Attempt(
        exit=exit_,
        output=output,
        results=read_results(output, heard.junit),
        base=survey.base,
        edited=tuple(survey.edited),
    )


def _room(limits: Limits) -> Limits:
    """Return the room that a project's suite gets: runtimes other than Python reserve address space without end."""
    return replace(limits, quiet_s=None, address_mb=1 << 20, processes=512, tree_mb=4096, file_mb=1024, scratch_mb=512)


def _repository(workspace: Path) -> tuple[Path, ...]:
    """Return where git keeps what it knows of the tree, if that lies outside of it."""
    for folder in (workspace, *workspace.parents):
        marker = folder / ".git"
        if marker.is_dir():
            return () if folder == workspace else (marker,)
        if marker.is_file():
            return _linked(marker)
    return ()


def _linked(marker: Path) -> tuple[Path, ...]:
    """Return the folders that a `.git` file leads to (`git worktree`), if git's they are."""
    said = marker.read_text(encoding="utf-8", errors="replace").strip()
    own = Path(marker.parent, said.removeprefix("gitdir:").strip())
    if not (said.startswith("gitdir:") and (own / "HEAD").is_file()):
        return ()
    common = own / "commondir"
    shared = (own / common.read_text(encoding="utf-8").strip()).resolve() if common.is_file() else own
    return (marker, shared, own.resolve()) if (shared / "objects").is_dir() else ()


def _tools(command: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the prefixes of programs that are called and that lie outside of the system's folders."""
    found: list[Path] = []
    for name in (Path(command[0]).name, *_TOOLS):
        program = shutil.which(name)
        prefix = Path(program).resolve().parent.parent if program else None
        if prefix and prefix.name and not prefix.is_relative_to("/usr") and _may_be_shown(prefix):
            found.append(prefix)
    return tuple(dict.fromkeys(found))


def _may_be_shown(prefix: Path) -> bool:
    """Whether a folder is a program's own: never the home folder, one above it, or one that starts with a dot there."""
    home = Path.home().resolve()
    inside = prefix.is_relative_to(home) and len(prefix.relative_to(home).parts) >= 3
    return (prefix / "bin").is_dir() and (inside or not (prefix.is_relative_to(home) or home.is_relative_to(prefix)))
