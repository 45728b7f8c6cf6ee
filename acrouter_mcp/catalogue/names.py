"""What a caller calls a model, made into what the catalogue calls it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from acrouter_mcp import text
from acrouter_mcp.catalogue.schema import Effort

EFFORTS: frozenset[str] = frozenset(get_args(Effort))
LONGEST = 200
"""Characters of a word that are looked at; no real model's name comes near."""
UNNAMED = "unnamed"
"""What an empty word resolves to: it is not refused, and an arm needs a name."""

_PREFIXES = (
    "alibaba",
    "amazon-bedrock",
    "anthropic",
    "azure",
    "bedrock",
    "copilot",
    "dashscope",
    "deepseek",
    "github-copilot",
    "github_copilot",
    "google",
    "google-vertex",
    "google-vertex-anthropic",
    "minimax",
    "models",
    "moonshot",
    "moonshotai",
    "openai",
    "opencode",
    "openrouter",
    "publishers",
    "qwen",
    "vertex",
    "vertex_ai",
    "x-ai",
    "xai",
    "z-ai",
    "zai",
    "zhipuai",
)
_PEELS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:{'|'.join(map(re.escape, _PREFIXES))})/",
        r"^(?:(?:us|eu|jp|au|apac|global)\.)?(?:amazon|anthropic|deepseek|minimax|moonshotai|openai|qwen|zai)\.",
        r"\[\d+[km]\]$",  # claude's context window: sonnet[1m]
        r"-v\d+:\d+$",  # bedrock's revision
        r"[-@]20\d\d-?[01]\d-?[0-3]\d$",
        r"[-@](?:latest|default)$",
        r" \([^()]*\)$",  # VS Code's "GPT-5.4 (copilot)"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """An arm, as some caller named it."""

    arm: str
    """`model`, or `model:effort`."""
    model: str
    """Catalogue id; for an unknown model its name, cleaned."""
    effort: str | None
    word: str
    """The caller's own word."""
    known: bool
    suggestion: str | None = None
    """Catalogue id that an unknown word may have meant."""


def key(name: str) -> str:
    """Return what two spellings of a model's name have in common: `Claude Opus 4.6` is `claude-opus-4-6`."""
    return re.sub(r"[ ._]+", "-", name.lower())


class Names:
    """The names under which models are known; an id goes before an alias, an earlier alias before a later one."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        pairs = [(model, tuple(aliases)) for model, aliases in named]
        self._ids = {key(model): model for model, _ in pairs}
        for model, aliases in pairs:
            for alias in aliases:
                self._ids.setdefault(key(alias), model)

    def resolve(self, word: str, aliases: Mapping[str, str] | None = None) -> ModelRef:
        """Return the arm that `word` names, first by `aliases` (word -> catalogue id), then by the catalogue.

        Names are tried as said, then without effort, vendor prefix, date, revision or context suffix. Never raises;
        resolving the returned arm gives the same arm.
        """
        hosts = {key(alias): target for alias, target in (aliases or {}).items()}
        name, effort = " ".join(text.clean(word).lower().split())[:LONGEST].strip(), None
        name, effort, model = self._search(name, effort, hosts)
        tail = name
        while model is None and "/" in tail:  # any gateway's prefix, in front of a name that is known
            tail, tail_effort, model = self._search(tail.partition("/")[2], effort, hosts)
            effort = tail_effort if model else effort
        if model is None:
            return self._unknown(word, name or UNNAMED, effort, hosts)
        return ModelRef(arm=_arm(model, effort), model=model, effort=effort, word=word, known=True)

    def _search(self, name: str, effort: str | None, hosts: Mapping[str, str]) -> tuple[str, str | None, str | None]:
        """Return what is left of `name`, the effort found, and the model's id if some form of the name has one."""
        while True:
            model = self._id(hosts.get(key(name))) or self._ids.get(key(name))
            if model is not None:
                return name, effort, model
            shorter, effort = _peel(name, effort)
            if shorter == name:
                return name, effort, None
            name = shorter

    def _id(self, target: str | None) -> str | None:
        return None if target is None else self._ids.get(key(target), target)

    def _unknown(self, word: str, name: str, effort: str | None, hosts: Mapping[str, str]) -> ModelRef:
        known = {**self._ids, **hosts}
        near = difflib.get_close_matches(key(name), known, n=1, cutoff=0.6)
        suggestion = self._id(known[near[0]]) if near else None
        return ModelRef(
            arm=_arm(name, effort), model=name, effort=effort, word=word, known=False, suggestion=suggestion
        )


def _arm(model: str, effort: str | None) -> str:
    return f"{model}:{effort}" if effort else model


def _peel(name: str, effort: str | None) -> tuple[str, str | None]:
    """Take one thing off `name` that isn't the model's own: the effort, if none was found yet, or a pre- or suffix."""
    head, colon, last = name.rpartition(":")
    if colon and head.strip() and effort is None and last.strip() in EFFORTS:
        return head.strip(), last.strip()
    for pattern in _PEELS:
        shorter = pattern.sub("", name, count=1).strip()
        if shorter and shorter != name:
            return shorter, effort
    return name, effort
