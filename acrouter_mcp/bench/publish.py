"""What a run leaves in its folder: the summary, the views, the manifest, and the page that shows them all."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from acrouter_mcp.bench.artifacts import MANIFEST, manifest
from acrouter_mcp.bench.bench import Plan, Result
from acrouter_mcp.bench.files import write, write_json
from acrouter_mcp.bench.report import PAGE, Drawing, draw, page
from acrouter_mcp.bench.summary import summary
from acrouter_mcp.errors import UserError

RESULTS = "results.json"
_log = logging.getLogger(__name__)


def publish(plan: Plan, result: Result, folder: Path) -> dict[str, Any]:
    """Write everything into the folder and return the manifest.

    Without altair there are no views and no page; the rest is written, and why is logged.

    Raises:
        UserError: the folder can't be written.
    """
    found = summary(plan, result)
    files = [write_json(folder / RESULTS, found)]
    drawings: list[Drawing] | None = None
    try:
        drawings = draw(found)
    except UserError as error:
        _log.warning("%s", error)
    for one in drawings or ():
        files += [write(folder / f"{one.name}.svg", one.svg.encode()), write(folder / f"{one.name}.png", one.png)]
    listed = manifest(found, result.streams, data=plan.data, results=files)
    write_json(folder / MANIFEST, listed)
    if drawings is not None:
        write(folder / PAGE, page(found, listed, drawings).encode())
    return listed
