"""A real MCP client and the real server over stdio: the demo's only way to the router is by tool calls."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPError
from mcp_types import Implementation, TextContent
from pydantic import BaseModel

from acrouter_mcp import __version__
from acrouter_mcp.demo.cast import CastTask
from acrouter_mcp.errors import UserError
from acrouter_mcp.loop.answers import Advice, Recall, Record, Verification

Answer = TypeVar("Answer", bound=BaseModel)
VERIFY_S = 20.0
"""For one answer of a few lines: a hundred times what it takes on two idle cores."""
CALL_S = 60.0
PASSED_ON = ("ACROUTER_ALLOW_UNCONTAINED", "ACROUTER_EMBEDDER", "ACROUTER_PYTHON")
"""Settings of the user's that say what works on this machine; all others stay out, so that every demo is the same."""


class Session:
    """The four tools as functions of the cast's tasks; every answer is read from the structured half of a result.

    Each raises UserError when the server refuses the call, or doesn't answer.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def choose(self, task: CastTask, candidates: list[str], retry_of: str | None) -> Advice:
        """Ask which of `candidates` should take the task, or which is next after the decision `retry_of`."""
        asked = {"dimension": task.dimension.value, "language": task.language, "candidates": candidates}
        chain = {"retry_of": retry_of} if retry_of else {}
        return await self._call(Advice, "choose_model", {"task": task.prompt, **asked, **chain})

    async def verify(self, task: CastTask, solution: str, decision_id: str, progress: ProgressFnT) -> Verification:
        """Hand in an answer together with the task's tests."""
        arguments = {
            "solution": solution,
            "decision_id": decision_id,
            "language": task.language,
            "tests": task.tests,
            "entry_point": task.entry_point,
            "timeout_s": VERIFY_S,
        }
        return await self._call(Verification, "verify_solution", arguments, progress)

    async def record(self, decision_id: str, quality: float, tokens: tuple[int, int]) -> Record:
        """Tell what a person says of an answer, and the (input, output) tokens that it took."""
        arguments = {
            "decision_id": decision_id,
            "quality": quality,
            "source": "user",
            "input_tokens": tokens[0],
            "output_tokens": tokens[1],
        }
        return await self._call(Record, "record_outcome", arguments)

    async def recall(self, task: CastTask) -> Recall:
        """Ask what happened last time."""
        return await self._call(Recall, "recall_similar", {"task": task.prompt, "dimension": task.dimension.value})

    async def _call(
        self, answer: type[Answer], tool: str, arguments: Mapping[str, object], progress: ProgressFnT | None = None
    ) -> Answer:
        try:
            result = await self._client.call_tool(
                tool, dict(arguments), read_timeout_seconds=CALL_S, progress_callback=progress
            )
        except MCPError as error:
            raise UserError(f"demo: {tool} got no answer: {error}") from None
        words = " ".join(part.text for part in result.content if isinstance(part, TextContent))
        if result.is_error or result.structured_content is None:
            raise UserError(f"demo: {tool} was refused: {words or 'no answer'}")
        return answer.model_validate(result.structured_content)


@asynccontextmanager
async def connect(folder: Path) -> AsyncIterator[Session]:
    """Start a server whose memory is in `folder`, with default settings but for exploration, and connect to it."""
    own = {
        "ACROUTER_DATA_DIR": str(folder),
        "ACROUTER_CONFIG": str(folder / "config.toml"),
        "ACROUTER_PROJECT": "demo",
        "ACROUTER_EXPLORE": "0",  # chance has no place in an account that should read the same every time
    }
    theirs = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # -P and the folder of its own: a checkout in the working directory would hide the installed tools.
    server = StdioServerParameters(
        command=sys.executable, args=["-P", "-m", "acrouter_mcp"], env={**own, **theirs}, cwd=folder
    )
    client = Client(server, client_info=Implementation(name="acrouter-demo", version=__version__))
    async with client:
        yield Session(client)
