"""Writing a result whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from acrouter_mcp.errors import UserError


def write(path: Path, content: bytes) -> Path:
    """Write the file in one step and return its path.

    Raises:
        UserError: it can't be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UserError(f"{path}: can't be written ({error.strerror}); name another folder") from error
    return path


def write_json(path: Path, value: Any) -> Path:
    """Write a value as JSON; raises as `write`."""
    return write(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())
