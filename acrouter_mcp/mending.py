"""Lines from stdin that the SDK can't read: mended where that can be, answered with an error where it can't.

The SDK drops them without a word, and a client would wait for ever. The commonest is an emoji that a client cut in
half: `JSON.stringify` writes a lone surrogate, which JSON allows and strict parsers refuse.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import anyio
import mcp_types as types
from mcp.shared._stream_protocols import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from acrouter_mcp.text import clean

Incoming = SessionMessage | Exception


class MendedStream:
    """A read stream of the SDK's without the exceptions: it has messages only, of which `heard` is told."""

    def __init__(
        self,
        incoming: ReadStream[Incoming],
        outgoing: WriteStream[SessionMessage],
        heard: Callable[[types.JSONRPCMessage], None] | None = None,
    ) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._heard = heard

    @property
    def last_context(self) -> Any:
        """The sender's context of the last message, which the SDK asks for."""
        return getattr(self._incoming, "last_context", None)

    async def receive(self) -> Incoming:
        """Return the next message that can be read."""
        while True:
            item = await self._incoming.receive()
            if not isinstance(item, Exception):
                if self._heard:
                    self._heard(item.message)
                return item
            value = _value(item)
            mended = _mend(value)
            if mended is not None:
                return mended
            await self._outgoing.send(SessionMessage(_refusal(value)))

    async def aclose(self) -> None:
        """Close what is underneath."""
        await self._incoming.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Incoming:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        await self._incoming.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._incoming.__aexit__(exc_type, exc_val, exc_tb)


def _value(error: Exception) -> Any:
    """Return what the line that the SDK couldn't read says as JSON, as far as its error tells; None if nothing."""
    for problem in error.errors(include_url=False) if isinstance(error, ValidationError) else ():
        given = problem["input"]
        if problem["type"] == "json_invalid" and isinstance(given, str):
            try:
                return json.loads(given)
            except (ValueError, RecursionError):
                return None
        if isinstance(given, dict) and "jsonrpc" in given:
            return given
    return None


def _mend(value: Any) -> SessionMessage | None:
    """Return the message with its lone surrogates replaced, or None if that isn't what is wrong with it."""
    try:
        text = clean(json.dumps(value, ensure_ascii=False))
        return SessionMessage(types.jsonrpc_message_adapter.validate_json(text, by_name=False))
    except (ValidationError, ValueError, RecursionError):
        return None


def _refusal(value: Any) -> types.JSONRPCError:
    given = value.get("id") if isinstance(value, dict) else None
    key = given if isinstance(given, str | int) and not isinstance(given, bool) else None
    words = "not a JSON-RPC message that can be read; send one JSON object a line, with `method` and `params`"
    return types.JSONRPCError(jsonrpc="2.0", id=key, error=types.ErrorData(code=types.PARSE_ERROR, message=words))
