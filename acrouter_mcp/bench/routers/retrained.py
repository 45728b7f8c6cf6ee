"""Retrained twins of the paper's trained rows: fitted here with every outcome of other tasks, in five folds by task.

On `ood` they are fitted on the whole `id` stream and applied, as the paper's static routers were.
"""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from acrouter_mcp.bench.protocol import Given, Informed
from acrouter_mcp.bench.routers.oracle import one_hot
from acrouter_mcp.bench.stream import Floats, Picks, Stream, Task
from acrouter_mcp.types import Dimension

FOLDS = 5


class Retrained(Informed):
    """Fits on some tasks, picks for others."""

    extra = "sklearn"
    family = "retrained, full information"
    needs_vectors = True
    needs_single_turn = True
    note = "retrained here in five folds by task with full information; on ood fitted on the whole id stream"

    @abstractmethod
    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Return the columns that are chosen for `test`."""

    def shares(self, given: Given) -> Floats:
        """Return cross-validated choices, or on `ood` those of a fit on `id`."""
        stream, seed = given.stream, int(given.rng.integers(2**31))
        if given.single_turn is not None and stream.name != given.single_turn.name:
            columns = self._quietly(given.single_turn, range(len(given.single_turn)), stream.tasks, seed)
            return one_hot(columns, len(stream.models))
        folds = given.rng.permutation(len(stream)) % FOLDS
        columns = np.zeros(len(stream), dtype=np.intp)
        for fold in range(FOLDS):
            test = np.flatnonzero(folds == fold)
            rows = np.flatnonzero(folds != fold)
            columns[test] = self._quietly(stream, rows, [stream.tasks[at] for at in test], seed)
        return one_hot(columns, len(stream.models))

    def _quietly(self, stream: Stream, rows: Sequence[int] | Picks, test: Sequence[Task], seed: int) -> Picks:
        with warnings.catch_warnings():  # a fit that stops at its iteration limit is meant to
            warnings.simplefilter("ignore")
            return self.fit_pick([stream.tasks[at] for at in rows], stream.reward[np.asarray(rows)], test, seed)


class LogRegRetrained(Retrained):
    """Multinomial logistic regression of the best model, on embedding and dimension."""

    title = "LogReg, retrained"

    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Fit the classifier, predict."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(max_iter=300, random_state=seed).fit(dense(train), rewards.argmax(axis=1))
        return _columns(model.predict(dense(test)))


class KnnRetrained(Retrained):
    """Mean rewards of the ten nearest tasks by cosine."""

    title = "kNN retrieval, retrained"

    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Average the neighbours."""
        from sklearn.neighbors import KNeighborsRegressor

        model = KNeighborsRegressor(n_neighbors=min(10, len(train)), metric="cosine").fit(_vectors(train), rewards)
        return _columns(model.predict(_vectors(test)).argmax(axis=1))


class TfidfMlpRetrained(Retrained):
    """Multi-layer perceptron on TF-IDF of the text: each model's reward, the highest is taken."""

    title = "TF-IDF+MLP, retrained"
    needs_vectors = False

    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Fit the vectoriser and the network, predict."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.neural_network import MLPRegressor
        from sklearn.pipeline import make_pipeline

        words = TfidfVectorizer(max_features=2_000, sublinear_tf=True)
        network = MLPRegressor(hidden_layer_sizes=(64,), early_stopping=True, max_iter=60, random_state=seed)
        model = make_pipeline(words, network).fit([task.text for task in train], rewards)
        return _columns(model.predict([task.text for task in test]).argmax(axis=1))


class RouteLlmMfRetrained(Retrained):
    """Matrix factorisation with the task's embedding as side information: reduced-rank ridge regression of rewards."""

    title = "RouteLLM-MF, retrained"
    rank = 3

    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Fit, cut the rank, predict."""
        from sklearn.linear_model import Ridge

        level = rewards.mean(axis=0)
        x = dense(train)
        fitted = Ridge(alpha=10.0).fit(x, rewards - level)
        _, _, right = np.linalg.svd(fitted.predict(x), full_matrices=False)
        factors = right[: self.rank]
        return _columns((fitted.predict(dense(test)) @ factors.T @ factors + level).argmax(axis=1))


class EncoderRetrained(Retrained):
    """A classification head on a frozen sentence encoder: each model's reward, the highest is taken."""

    title = "RouteLLM-BERT, retrained (head on the bundled encoder)"

    def fit_pick(self, train: Sequence[Task], rewards: Floats, test: Sequence[Task], seed: int) -> Picks:
        """Fit the head, predict."""
        from sklearn.neural_network import MLPRegressor

        head = MLPRegressor(hidden_layer_sizes=(64,), alpha=0.01, early_stopping=True, max_iter=200, random_state=seed)
        head.fit(dense(train), rewards)
        return _columns(np.asarray(head.predict(dense(test))).argmax(axis=1))


def dense(tasks: Sequence[Task]) -> Floats:
    """Return embedding and one-hot dimension of each task."""
    order = list(Dimension)
    dimensions = np.eye(len(order))[[order.index(task.dimension) for task in tasks]]
    return np.hstack([_vectors(tasks), dimensions])


def _vectors(tasks: Sequence[Task]) -> Floats:
    return np.array([task.vector for task in tasks if task.vector is not None], dtype=np.float64)


def _columns(found: Any) -> Picks:
    return np.asarray(found, dtype=np.intp)
