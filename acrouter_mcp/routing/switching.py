"""What it costs to hand work to another model: a lost prompt cache, and a sub-agent's own start."""

from __future__ import annotations

SPAWN_TOKENS = 4_700
"""What a sub-agent is told beside its task, written to the prompt cache anew at every spawn (claude-code#50213)."""


def spawn_cost(input_price: float, cache_write_price: float | None) -> float:
    """Return what starting a sub-agent costs before it does anything, USD; prices are USD per million tokens."""
    return (input_price if cache_write_price is None else cache_write_price) * SPAWN_TOKENS / 1e6


def switch_cost(
    input_price: float | None, cache_read_price: float | None, context_tokens: int, *, is_incumbent: bool
) -> float | None:
    """Return what reading the context costs, USD; None when the price for it is unknown.

    The incumbent finds `context_tokens` in its prompt cache and pays the price of reading them there; any other model
    pays its full input price, for it has to be sent everything again. Prices are USD per million tokens. An incumbent
    without a known cache price pays its input price: no discount is invented.

    The sum belongs into the candidate's expected cost. Then every policy weighs it as any other cost: `thrifty` leaves
    the incumbent only for a lower total or when it falls out of the tolerance, `balanced` only where the gain in
    quality is worth the difference, and ties stay.
    """
    if context_tokens <= 0:
        return 0.0
    price = cache_read_price if is_incumbent and cache_read_price is not None else input_price
    return None if price is None else price * context_tokens / 1e6
