"""From labelled verdicts to confidence: two numbers a kind of evidence, fitted on one half, judged on the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from acrouter_mcp.verification.confidence import CEILINGS, Calibration, Curve

BASES = ("tests", "suite", "prompt_tests")
FEW = 12
"""With fewer observations on a curve its slope isn't fitted."""
PRIOR = 1.0
"""Observations of either kind that are added: no number of right verdicts is a proof."""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One verdict that was no `unsure`."""

    verdict: str
    basis: str
    count: int
    """Tests passed of a pass, failed of a fail."""
    right: bool
    integrity: str
    half: int
    signals: dict[str, float]
    """Scores of the signals that had one."""
    gate: float
    """Lowest gate, 1 without one."""
    good: bool

    def confidence(self, calibration: Calibration) -> float:
        """Return what the engine would say with these curves."""
        curves: Any = calibration.passed if self.verdict == "pass" else calibration.failed
        return min(CEILINGS[self.integrity], curves.get(self.basis, curves["static"]).at(self.count))  # type: ignore[index]


def fitted(seen: Sequence[Seen], before: Calibration) -> Calibration:
    """Return the curves that fit `seen`; what wasn't seen keeps its curve."""
    curves: dict[str, dict[str, Curve]] = {}
    for verdict, known in (("pass", before.passed), ("fail", before.failed)):
        curves[verdict] = dict(known)  # type: ignore[arg-type]
        for basis in {*BASES, "static", "prose"}:
            mine = [s for s in seen if s.verdict == verdict and s.basis == basis]
            if len(mine) >= FEW // 2:
                curves[verdict][basis] = _curve(mine)
    return Calibration.model_validate({"passed": curves["pass"], "failed": curves["fail"]})


def _curve(seen: Sequence[Seen]) -> Curve:
    """Return the curve of greatest likelihood over a grid; its slope never points down."""
    x = np.log2(np.maximum([s.count for s in seen], 1))
    y = np.array([s.right for s in seen], dtype=float)
    slopes = np.arange(0, 2.01, 0.05) if len(seen) >= FEW and len(set(x)) > 1 else np.array([0.0])
    best, found = -math.inf, (0.0, 0.0)
    for base in np.arange(-2, 5.01, 0.05):
        for slope in slopes:
            p = 1 / (1 + np.exp(-(base + slope * x)))
            first = 1 / (1 + math.exp(-(base + slope * float(np.median(x)))))
            likelihood = float(np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)))
            likelihood += PRIOR * (math.log(first) + math.log(1 - first))
            if likelihood > best:
                best, found = likelihood, (float(base), float(slope))
    return Curve(base=round(found[0], 2), per_doubling=round(found[1], 2))


def reliability(seen: Iterable[Seen], calibration: Calibration) -> dict[str, Any]:
    """Return the bins of the diagram, the expected calibration error and the Brier score."""
    pairs = [(s.confidence(calibration), s.right) for s in seen]
    bins = []
    for low, high in pairwise(BINS):
        mine = [(c, r) for c, r in pairs if low < c <= high]
        if mine:
            said, true = float(np.mean([c for c, _ in mine])), float(np.mean([r for _, r in mine]))
            bins.append({"low": low, "high": high, "n": len(mine), "said": round(said, 4), "right": round(true, 4)})
    error = sum(b["n"] * abs(b["said"] - b["right"]) for b in bins) / max(len(pairs), 1)
    brier = float(np.mean([(c - r) ** 2 for c, r in pairs])) if pairs else 0.0
    return {"n": len(pairs), "ece": round(error, 4), "brier": round(brier, 4), "bins": bins}


def weights_compared(seen: Sequence[Seen], basis: str, present: dict[str, float], tries: int = 400) -> dict[str, Any]:
    """Compare the present weights with others: mean squared distance of the score from the label, on each half."""
    mine = [s for s in seen if s.basis == basis]
    names = [n for n in present if any(n in s.signals for s in mine)]
    if not mine or len(names) < 2:
        return {}
    random = np.random.default_rng(0)
    own = np.array([present[n] for n in names])
    others = [own, *(w for w in random.dirichlet(own / own.sum() * 8, tries))]
    losses = [(_loss([s for s in mine if s.half == 0], names, w), w) for w in others]
    best = min(losses, key=lambda pair: pair[0])[1]
    return {
        "n": len(mine),
        "present": {"fitted_half": round(losses[0][0], 4), "other_half": round(_loss_of(mine, names, own), 4)},
        "best_found": {
            "fitted_half": round(_loss([s for s in mine if s.half == 0], names, best), 4),
            "other_half": round(_loss_of(mine, names, best), 4),
            "weights": {n: round(float(w / best.sum()), 2) for n, w in zip(names, best, strict=True)},
        },
    }


def _loss_of(seen: Sequence[Seen], names: Sequence[str], weights: np.ndarray[Any, Any]) -> float:
    return _loss([s for s in seen if s.half == 1], names, weights)


def _loss(seen: Sequence[Seen], names: Sequence[str], weights: np.ndarray[Any, Any]) -> float:
    total = 0.0
    for s in seen:
        has = [(w, s.signals[n]) for n, w in zip(names, weights, strict=True) if n in s.signals]
        score = sum(w * v for w, v in has) / max(sum(w for w, _ in has), 1e-9)
        total += (min(score, s.gate) - s.good) ** 2
    return total / max(len(seen), 1)


def draw(bins: Sequence[dict[str, Any]], ece: float) -> str:
    """Return the reliability diagram as SVG; the area of a point is the number of verdicts in it."""
    size, edge = 320, 44
    most = max((b["n"] for b in bins), default=1)

    def at(share: float) -> float:
        return round(edge + share * size, 1)

    def words(x: float, y: float, text: str, how: str = 'text-anchor="middle"') -> str:
        return f'<text x="{x}" y="{y}" {how}>{text}</text>'

    points = [
        f'<circle cx="{at(b["said"])}" cy="{at(1 - b["right"])}" r="{3 + 9 * math.sqrt(b["n"] / most):.1f}"'
        f' fill="#2563eb" fill-opacity=".7">'
        f"<title>{b['n']} verdicts: said {b['said']}, right {b['right']}</title></circle>"
        for b in bins
    ]
    ticks = [
        words(at(v), at(1) + 16, f"{v:g}") + words(edge - 6, at(1 - v) + 4, f"{v:g}", 'text-anchor="end"')
        for v in (0, 0.25, 0.5, 0.75, 1)
    ]
    whole = size + 2 * edge
    turned = f'text-anchor="middle" transform="rotate(-90 14 {at(0.5)})"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{whole}" font-family="sans-serif"'
        ' font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#9ca3af"/>',
        f'<line x1="{edge}" y1="{at(1)}" x2="{at(1)}" y2="{edge}" stroke="#9ca3af" stroke-dasharray="4"/>',
        *points,
        *ticks,
        words(at(0.5), at(1) + 34, "confidence"),
        words(14, at(0.5), "verdicts that were right", turned),
        words(at(0.5), 24, f"Reliability on the held-out half (expected error {ece:.3f})"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
