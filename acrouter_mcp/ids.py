"""Opaque ids, handed out to clients."""

import secrets


def new_id(prefix: str) -> str:
    """Return `prefix` and 64 random bits: enough that no two servers on one file meet."""
    return f"{prefix}_{secrets.token_hex(8)}"
