"""Rows that are sets of decisions which the paper's authors released: replayed from their files."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from acrouter_mcp.bench.protocol import Feedback, Given, Informed
from acrouter_mcp.bench.routers.oracle import one_hot
from acrouter_mcp.bench.stream import Floats
from acrouter_mcp.errors import UserError


class Released(Informed):
    """Takes each task's model from `decisions/`."""

    feedback: ClassVar[Feedback] = "none"
    streams = ("id",)
    family = "released decisions"
    note = "the authors' released decisions"

    def shares(self, given: Given) -> Floats:
        """Return the released choices.

        Raises:
            UserError: the file has no choice for a task, or names a model that the results don't have.
        """
        column = {model: at for at, model in enumerate(given.stream.models)}
        chosen = given.stream.decisions[self.needs_decisions or ""]
        for task, model in zip(given.stream.ids, chosen, strict=True):
            if model not in column:
                where = f"decisions/{self.needs_decisions}.jsonl: task {task!r}"
                raise UserError(f"{where} has {model!r}, which is no model of the results")
        return one_hot(np.array([column[str(model)] for model in chosen], dtype=np.intp), len(column))


class AcrouterReleased(Released):
    """The paper's ACRouter."""

    title = "ACRouter, released decisions"
    needs_decisions = "acrouter_released"
    note = "the authors' released decisions: a static map by the source that the task's id names"


class LogReg(Released):
    """The paper's logistic regression."""

    title = "LogReg"
    needs_decisions = "logreg"


class RouteLlmBert(Released):
    """The paper's RouteLLM-BERT; the released file is its similarity-weighted router under that name."""

    title = "RouteLLM-BERT"
    needs_decisions = "routellm_sw"
    note = "the authors' released decisions; the file is `routellm_sw`"


class TfidfMlp(Released):
    """The paper's TF-IDF with a multi-layer perceptron."""

    title = "TF-IDF+MLP"
    needs_decisions = "tfidf_mlp"


class Qwen(Released):
    """The paper's fine-tuned 0.8B policy."""

    title = "Qwen3.5-0.8B-Finetuned"
    needs_decisions = "finetuned_router_qwen35_08b"


class RouteLlmMf(Released):
    """The paper's matrix factorisation."""

    title = "RouteLLM-MF"
    needs_decisions = "routellm_mf"
