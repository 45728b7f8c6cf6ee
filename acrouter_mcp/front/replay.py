"""From the front to the server: it reads everything anew, and what was answered already isn't answered twice."""

from __future__ import annotations

import io
import os
from types import TracebackType
from typing import Any, Self

import anyio
import mcp_types as types
from mcp.shared._stream_protocols import WriteStream
from mcp.shared.message import SessionMessage

from acrouter_mcp.front import cache
from acrouter_mcp.front.early import Early, Key


class Replay:
    """Watches a connection's messages: keeps answers for the next start, drops those that were given already."""

    def __init__(self, early: Early) -> None:
        self._early = early
        self._kept = cache.read()
        self._asked: dict[Key, str] = {}
        self._version: str | None = None

    def stdin(self) -> anyio.AsyncFile[str]:
        """Return standard input from its first byte."""
        raw = io.BufferedReader(_FromTheStart(self._early))
        return anyio.wrap_file(io.TextIOWrapper(raw, encoding="utf-8", errors="replace"))

    def asked(self, message: types.JSONRPCMessage) -> None:
        """Note a request whose answer is worth keeping."""
        if not isinstance(message, types.JSONRPCRequest):
            return
        name = cache.question({"method": message.method, "params": message.params}, self._version)
        if name is not None:
            self._asked[type(message.id), message.id] = name
            if message.method == "initialize" and message.params:
                self._version = message.params.get("protocolVersion")

    def is_due(self, message: types.JSONRPCMessage) -> bool:
        """Return whether an answer is still to be sent; keeps it for the next start if it is a new one."""
        if not isinstance(message, types.JSONRPCResponse | types.JSONRPCError) or message.id is None:
            return True
        key = (type(message.id), message.id)
        name = self._asked.pop(key, None)
        if name is not None and isinstance(message, types.JSONRPCResponse):
            result = message.model_dump(mode="json", by_alias=True, exclude_unset=True)["result"]
            if self._kept.get(name) != result:
                self._kept[name] = result
                cache.write(self._kept)
        return self._early.answered.pop(key, None) is None


class DueStream:
    """A write stream of the SDK's that passes over what needs no answer any more."""

    def __init__(self, outgoing: WriteStream[SessionMessage], replay: Replay) -> None:
        self._outgoing, self._replay = outgoing, replay

    async def send(self, item: SessionMessage, /) -> None:
        """Send a message that is due."""
        if self._replay.is_due(item.message):
            await self._outgoing.send(item)

    async def aclose(self) -> None:
        """Close what is underneath."""
        await self._outgoing.aclose()

    async def __aenter__(self) -> Self:
        await self._outgoing.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._outgoing.__aexit__(exc_type, exc_val, exc_tb)


class _FromTheStart(io.RawIOBase):
    """A descriptor, with what was read from it before put back in front."""

    def __init__(self, early: Early) -> None:
        self._before, self._incoming = early.read, early.incoming

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        piece = self._before[: len(view)] or os.read(self._incoming, len(view))
        self._before = self._before[len(piece) :]
        view[: len(piece)] = piece
        return len(piece)
