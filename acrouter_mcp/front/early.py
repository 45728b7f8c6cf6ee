"""What was read and answered before the server was there."""

from __future__ import annotations

import json
import os
import select
from collections.abc import Mapping
from typing import Any

Key = tuple[type, object]
"""A request's id: `1` and `"1"` are two."""


class Early:
    """The first lines of a connection: those that the cache knows an answer to are answered at once.

    From the first request on that it doesn't know, everything waits for the server.
    """

    def __init__(self, answers: Mapping[str, Any], incoming: int, outgoing: int) -> None:
        self.answered: dict[Key, Any] = {}
        """What was answered, by the request's id."""
        self.read = b""
        """Every byte that came."""
        self.incoming = incoming
        self._answers, self._outgoing = answers, outgoing
        self._pending = b""
        self._version: str | None = None
        self._leads = bool(answers)

    def attend(self, until: int | None) -> None:
        """Read and answer until the descriptor `until` has something to say (None: only what is there by now)."""
        ended = False
        while not ended:
            ready, _, _ = select.select([self.incoming] if until is None else [self.incoming, until], [], [],
                                        0 if until is None else None)  # fmt: skip
            ended = until in ready or not ready
            if self.incoming in ready and not ended:
                piece = os.read(self.incoming, 1 << 16)
                self._take(piece)
                if not piece:
                    if until is not None:
                        select.select([until], [], [])
                    return

    def _take(self, piece: bytes) -> None:
        self.read += piece
        *lines, self._pending = (self._pending + piece).split(b"\n")
        for line in lines:
            if self._leads and line.strip():
                self._leads = self._answer(line)

    def _answer(self, line: bytes) -> bool:
        """Answer a request, pass over a notification; False for what only the server can deal with."""
        from acrouter_mcp.front.cache import question

        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return False
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            return False
        if "id" not in message:
            return True
        key, name = message["id"], question(message, self._version)
        if name is None or name not in self._answers or type(key) not in (int, str):
            return False
        if message["method"] == "initialize":
            self._version = message["params"]["protocolVersion"]
        result = self._answers[name]
        reply = json.dumps({"jsonrpc": "2.0", "id": key, "result": result}, ensure_ascii=False).encode() + b"\n"
        try:
            while reply:
                reply = reply[os.write(self._outgoing, reply) :]
        except OSError:  # the client has gone
            return False
        self.answered[type(key), key] = result
        return True


def own_stdin() -> int:
    """Return a descriptor of standard input that no child inherits, and leave an empty one in its place."""
    own = os.dup(0)
    os.set_inheritable(own, False)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return own
