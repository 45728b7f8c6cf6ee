"""What it costs to change the model in the middle of a conversation: the prompt cache is lost."""

from __future__ import annotations


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
