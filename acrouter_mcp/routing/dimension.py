"""Which of the ten dimensions a task belongs to.

An additive model that a reader can follow: each cue of `inference_cues.toml` that the text shows adds its weights, a
softmax over the sums is the confidence. The cues and weights were written from what people type to coding agents, not
fitted. tests/routing/requests_unseen.toml holds requests that no cue was written for; `benchmarks/inference.py`
measures on CodeRouterBench's prompts, many of which carry no request at all.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from acrouter_mcp.routing.inference_signs import SIGNS
from acrouter_mcp.routing.inference_text import BREAK, Passage, passage, sentence_starts
from acrouter_mcp.types import Dimension

_SHARPNESS = 1.6
"""Multiplies the scores before the softmax: with it, stated confidence is about the accuracy on unseen requests."""
_GAP = 5
"""Words that `..` may stand for, at most."""
_MIDDLE = 0.5
"""Share of a cue's weight that is left where it stands neither in the first nor in the last words of the prose."""
_HEAD = _TAIL = 60
_TRIES = 4
"""Places of one word that are looked at, from the front and from the back: bounds the work on repetitive text."""

Phrase = tuple[frozenset[str], ...]
"""Alternatives word by word; an empty set is a gap."""


@dataclass(frozen=True, slots=True)
class DimensionGuess:
    """The likeliest dimension, its share in [0, 1] under the score model, and the cue that weighed most."""

    dimension: Dimension
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Cue:
    why: str
    weights: Mapping[Dimension, float]
    phrases: tuple[Phrase, ...]
    openings: tuple[Phrase, ...]
    """Phrases that count only where a sentence begins with them."""
    signs: tuple[str, ...]
    fallback: bool
    """Counts only where no phrase of any cue was found."""


@dataclass(frozen=True, slots=True)
class _Model:
    base: Mapping[Dimension, float]
    cues: tuple[_Cue, ...]
    first_words: Mapping[str, Sequence[tuple[int, Phrase]]]
    """Word -> (index of the cue, phrase) of the phrases that may begin with it."""
    opening_words: Mapping[str, Sequence[tuple[int, Phrase]]]
    """The same of the openings."""


def infer_dimension(text: str) -> DimensionGuess:
    """Return the dimension of the task that `text` describes; at most `text.SCAN_LIMIT` characters are scanned.

    Without any cue it is `code_generation`, at low confidence.
    """
    model = _model()
    shares = _shares(model, passage(text))
    scores: defaultdict[Dimension, float] = defaultdict(float, model.base)
    for cue, share in shares.items():
        for dimension, weight in model.cues[cue].weights.items():
            scores[dimension] += share * weight
    best = max(Dimension, key=lambda dimension: scores[dimension])
    total = sum(math.exp(_SHARPNESS * (scores[dimension] - scores[best])) for dimension in Dimension)
    why = max(shares, key=lambda cue: shares[cue] * model.cues[cue].weights.get(best, 0.0), default=None)
    spoken = why is not None and best in model.cues[why].weights
    return DimensionGuess(
        dimension=best,
        confidence=1.0 / total,
        why=model.cues[why].why if spoken and why is not None else "nothing in the text says otherwise",
    )


def _shares(model: _Model, found: Passage) -> dict[int, float]:
    """Return for each cue that the text shows the share of its weight that counts."""
    shares = _spoken(model, found.words)
    silent = not shares
    for index, cue in enumerate(model.cues):
        if (silent or not cue.fallback) and any(SIGNS[sign](found) for sign in cue.signs):
            shares[index] = 1.0
    return shares


def _spoken(model: _Model, words: Sequence[str]) -> dict[int, float]:
    """Return the shares of the cues whose phrases the prose has, at any place or where a sentence begins."""
    shares: dict[int, float] = {}
    for table, candidates in (
        (model.first_words, range(len(words))),
        (model.opening_words, sentence_starts(words)),
    ):
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at in candidates:
            if words[at] in table:
                places[words[at]].append(at)
        for word, positions in places.items():
            kept = positions if len(positions) <= 2 * _TRIES else positions[:_TRIES] + positions[-_TRIES:]
            for cue, phrase in table[word]:
                share = max((_share(at, len(words)) for at in kept if _matches(phrase, words, at)), default=0.0)
                if share > shares.get(cue, 0.0):
                    shares[cue] = share
    return shares


def _share(at: int, count: int) -> float:
    return 1.0 if at < _HEAD or at >= count - _TAIL else _MIDDLE


def _matches(phrase: Phrase, words: Sequence[str], at: int) -> bool:
    """Return whether the phrase stands at this place; a gap takes the nearest word that fits."""
    reach = 0
    for alternatives in phrase:
        if not alternatives:
            reach = _GAP
            continue
        for place in range(at, min(at + reach + 1, len(words))):
            if words[place] in alternatives:
                at = place + 1
                break
            if words[place] == BREAK:
                return False
        else:
            return False
        reach = 0
    return True


@cache
def _model() -> _Model:
    source = resources.files("acrouter_mcp.routing").joinpath("inference_cues.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    cues = tuple(
        _Cue(
            why=row["why"],
            weights={Dimension(name): weight for name, weight in row["weights"].items()},
            phrases=tuple(_phrase(phrase) for phrase in row.get("says", ())),
            openings=tuple(_phrase(phrase) for phrase in row.get("opens", ())),
            signs=tuple(row.get("signs", ())),
            fallback=row.get("fallback", False),
        )
        for row in data["cue"]
    )
    return _Model(
        base={Dimension(name): weight for name, weight in data["base"].items()},
        cues=cues,
        first_words=_by_first_word([cue.phrases for cue in cues]),
        opening_words=_by_first_word([cue.openings for cue in cues]),
    )


def _by_first_word(phrases: Sequence[Sequence[Phrase]]) -> dict[str, list[tuple[int, Phrase]]]:
    found: defaultdict[str, list[tuple[int, Phrase]]] = defaultdict(list)
    for index, group in enumerate(phrases):
        for phrase in group:
            for word in phrase[0]:
                found[word].append((index, phrase))
    return dict(found)


def _phrase(pattern: str) -> Phrase:
    return tuple(frozenset() if word == ".." else frozenset(word.split("|")) for word in pattern.split())
