"""Solutions that are programs over standard input and output, in languages other than Python.

What is compiled is compiled once and handed from the sandbox that built it to one for each input; what the program
should print is in none of them.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio

from acrouter_mcp.verification.languages import staged
from acrouter_mcp.verification.runner.instructions import as_line, content
from acrouter_mcp.verification.sandbox import Exit, Job, Limits, Sandbox

_READS = re.compile(
    r"readFileSync\(\s*(?:0|['\"]/dev/stdin)|process\.stdin|\breadline\b|\bscanf\s*\(|\bgetchar\b|\bfgets\s*\(|\bgetline\s*\("
    r"|\bcin\s*>>|\bSystem\.in\b|\bos\.Stdin\b|\bfmt\.F?Scan|\bstdin\(\)|^\s*(?:while\s+(?:IFS=\S*\s+)?)?read\s|/dev/stdin|\bmapfile\b",
    re.MULTILINE,
)
_CODE = re.compile(
    r"\bassert|\bexpect\s*\(|^\s*(?:import|#include|package|use|const|let|var|fn|func|public|class|@test|describe|test|it)\b",
    re.MULTILINE,
)
_START = 'cp program "$TMPDIR/program" && chmod 700 "$TMPDIR/program" && exec "$TMPDIR/program"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a solution becomes a program."""

    build: staged.Build
    """Its commands make the one file `{tmp}/program`; without any there is nothing to make."""
    run: tuple[str, ...] = ("sh", "-c", _START)
    """Where nothing is made, with the build's files; else with that one file, as `program`."""
    readable: tuple[Path, ...] = field(default=())


def reads_input(files: Mapping[str, str]) -> bool:
    """Whether a solution is a program that reads its standard input."""
    return any(_READS.search(text) for text in files.values())


def is_code(tests: str) -> bool:
    """Whether tests are code, rather than what a program reads and prints."""
    return bool(_CODE.search(tests))


def executor(recipe: Recipe, limits: Limits, sandbox: Sandbox) -> Callable[[str, float], Awaitable[Exit]]:
    """Return what runs a solution as a program: standard input, seconds -> how it ended; it is built at the first."""
    lock, built = anyio.Lock(), list[dict[str, bytes] | str]()

    async def execute(stdin: str, wall_s: float) -> Exit:
        async with lock:
            if not built:
                needs = bool(recipe.build.build)
                built.append(await _made(recipe, limits, sandbox) if needs else content(recipe.build.files))
        if isinstance(built[0], str):
            said = built[0].encode("utf-8", "replace")
            return Exit(returncode=1, killed=None, stdout=b"", stderr=said, duration_s=0.0)
        return await sandbox.run(
            Job(
                argv=recipe.run,
                files=built[0],
                readable=(*recipe.build.readable, *recipe.readable),
                environment=recipe.build.environment,
                path=recipe.build.path,
                stdin=stdin.encode("utf-8", "replace"),
                limits=replace(staged.limits_of(limits), wall_s=wall_s, quiet_s=None),
            )
        )

    return execute


async def _made(recipe: Recipe, limits: Limits, sandbox: Sandbox) -> dict[str, bytes] | str:
    """Return the program as the one file of a sandbox, or what the compiler says against it."""
    nonce = secrets.token_hex(16)
    told = {"nonce": nonce, "build": recipe.build.build, "run": [], "emit": "{tmp}/program"}
    pieces: list[bytes] = []

    async def read(piece: bytes) -> None:
        pieces.append(piece)

    job = staged.job_of(recipe.build, limits, lambda descriptor: as_line(told, report=descriptor), read)
    await sandbox.run(replace(job, limits=replace(job.limits, output_mb=128)))
    for line in b"".join(pieces).splitlines():
        try:
            event = json.loads(line)
            if event["nonce"] == nonce and event["kind"] == "broken":
                return str(event["message"])
            if event["nonce"] == nonce and event["kind"] == "built":
                return {"program": base64.b64decode(event["data"])}
        except (ValueError, KeyError, TypeError, binascii.Error):
            continue
    return "it could not be compiled in the time that there is"
