"""Names beside their marks, moved apart where they would lie over each other."""

from __future__ import annotations

from collections.abc import Sequence

LINE = 13.0
"""Pixels that a line of text is high."""
LETTER = 6.2
"""Pixels that a letter is wide, at most, on the average."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def spread(wanted: Sequence[float], gap: float = LINE) -> list[float]:
    """Return positions as near to the wanted ones as a gap between any two allows, in the same order."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    groups: list[list[int]] = []
    for at in order:
        groups.append([at])
        while len(groups) > 1 and _end(groups[-2], wanted, gap) > _start(groups[-1], wanted, gap):
            last = groups.pop()
            groups[-1] += last
    found = [0.0] * len(wanted)
    for group in groups:
        for place, at in enumerate(group):
            found[at] = _start(group, wanted, gap) + gap * (place + 0.5)
    return found


def _start(group: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    return sum(wanted[at] for at in group) / len(group) - gap * len(group) / 2


def _end(group: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    return _start(group, wanted, gap) + gap * len(group)


def beside(points: Sequence[tuple[float, float]], names: Sequence[str], width: float) -> list[tuple[float, float]]:
    """Return where each name begins and its middle lies, in pixels; free of other names and, if possible, of points."""
    marks = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    taken: list[Box] = []
    found = []
    for (x, y), name in zip(points, names, strict=True):
        size = LETTER * len(name)
        if not name:
            found.append((x, y))
            continue
        places = [
            (left, y + down)
            for down in (0, -LINE, LINE, -2 * LINE, 2 * LINE, -3 * LINE, 3 * LINE)
            for left in (x + 9, x - 9 - size)
            if left >= 0 and left + size <= width + 120
        ]
        boxes = [(left, middle - LINE / 2, left + size, middle + LINE / 2) for left, middle in places]
        costs = [
            10 * sum(map(_meet, [box] * len(taken), taken)) + sum(_meet(box, one) for one in marks) for box in boxes
        ]
        best = min(range(len(costs)), key=lambda at: costs[at])
        taken.append(boxes[best])
        found.append(places[best])
    return found


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
