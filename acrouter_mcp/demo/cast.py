"""The demo's tasks and the answers that five models are made to give: a cast, not a measurement of anybody.

`cast/models.toml` names the models, the other files hold one dimension each. Answers to tasks with tests are judged by
running them; the others, and those in a language whose toolchain may be missing, carry what a person would have said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import chain, zip_longest
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from acrouter_mcp.types import Dimension

GOOD = "good"
"""Name of the answer that is right; every task has one."""
MODELS_FILE = "models.toml"
CHARACTERS_PER_TOKEN = 4
CONTEXT_TOKENS = 6_000
"""What an agent sends along with a task: instructions, tool definitions, the files it has read."""
OVERHEAD_TOKENS = 900
"""What a model of verbosity 1 writes around its answer: thinking, tool calls, the summary at the end."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CastModel(_Record):
    """A model of the cast."""

    key: str
    """Its short name in the files of the cast."""
    id: str
    """Its id in the catalogue."""
    verbosity: float = Field(gt=0)
    """Factor on the tokens that it writes for one and the same answer."""


class Answer(_Record):
    """A scripted answer: code, or prose."""

    name: str
    text: str
    quality: float | None = Field(default=None, ge=0, le=1)
    """What a person says of it; None where tests decide, that every machine can run."""


class CastTask(_Record):
    """A task as a user words it, and who answers it how."""

    id: str
    dimension: Dimension
    language: str
    prompt: str
    entry_point: str | None = None
    tests: str | None = None
    """None: nothing is executed, a person judges. Where the machine lacks the toolchain, too, if there is a quality."""
    answer: tuple[Answer, ...]
    cast: Mapping[str, str]
    """Model id -> name of its answer."""
    paraphrase_of: str | None = None
    """An earlier task of the same dimension that asks for the same in other words."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        names = [answer.name for answer in self.answer]
        if len(set(names)) != len(names) or GOOD not in names:
            raise ValueError(f"{self.id}: answers need different names, one of them '{GOOD}', got {names}")
        if set(self.cast.values()) != set(names):
            raise ValueError(f"{self.id}: cast gives {sorted(set(self.cast.values()))}, answers are {sorted(names)}")
        for answer in self.answer:
            if answer.quality is None and self.tests is None:
                raise ValueError(f"{self.id}: answer '{answer.name}' needs tests or a quality")
        return self

    def answer_of(self, model: str) -> Answer:
        """Return what the model (catalogue id) answers. Raises KeyError for a model outside the cast."""
        name = self.cast[model]
        return next(answer for answer in self.answer if answer.name == name)

    def quality_of(self, model: str) -> float:
        """Return the true quality of the model's answer: what a person says, else 1 for right and 0 for wrong."""
        answer = self.answer_of(model)
        return answer.quality if answer.quality is not None else float(answer.name == GOOD)

    def tokens_of(self, model: CastModel) -> tuple[int, int]:
        """Return plausible (input, output) tokens of the model's work: a rule, so that costs differ, not a measurement.

        Input is a fixed context and the prompt; output is the answer and a fixed overhead, times the verbosity.
        """
        written = OVERHEAD_TOKENS + len(self.answer_of(model.id).text) / CHARACTERS_PER_TOKEN
        return CONTEXT_TOKENS + len(self.prompt) // CHARACTERS_PER_TOKEN, round(model.verbosity * written)


def load_models() -> tuple[CastModel, ...]:
    """Return the five models."""
    return tuple(CastModel.model_validate(table) for table in _read(MODELS_FILE)["model"])


def load_cast() -> tuple[CastTask, ...]:
    """Return all tasks in the order in which the demo asks them: one of each dimension in turn.

    Raises:
        ValueError: the files contradict themselves; the text names the task.
    """
    models = load_models()
    names = sorted(
        entry.name for entry in (files("acrouter_mcp.demo") / "cast").iterdir() if entry.name.endswith(".toml")
    )
    dimensions = [parse_tasks(_read(name), models) for name in names if name != MODELS_FILE]
    tasks = tuple(chain.from_iterable(_taking_turns(dimensions)))
    check_stream(tasks)
    return tasks


def parse_tasks(document: Mapping[str, Any], models: Sequence[CastModel]) -> tuple[CastTask, ...]:
    """Return the tasks of one file, as TOML gives it.

    Raises:
        ValueError: a field is missing, unknown or wrong, or the cast isn't the five models; pydantic's included.
    """
    ids = {model.key: model.id for model in models}
    shared = {name: value for name, value in document.items() if name != "task"}
    tasks = []
    for table in document["task"]:
        if set(table["cast"]) != set(ids):
            raise ValueError(f"{table['id']}: cast names {sorted(table['cast'])}, the models are {sorted(ids)}")
        cast = {ids[key]: answer for key, answer in table["cast"].items()}
        tasks.append(CastTask.model_validate({**shared, **table, "cast": cast}))
    return tuple(tasks)


def check_stream(tasks: Iterable[CastTask]) -> None:
    """Check what holds between tasks: ids are unique, and a paraphrase comes after what it paraphrases.

    Raises:
        ValueError: they don't; the text names the task.
    """
    seen: dict[str, CastTask] = {}
    for task in tasks:
        if task.id in seen:
            raise ValueError(f"{task.id}: there are two tasks of this id")
        seen[task.id] = task
        if task.paraphrase_of is None:
            continue
        original = seen.get(task.paraphrase_of)
        if original is None or original.dimension is not task.dimension:
            raise ValueError(f"{task.id}: no earlier {task.dimension} task '{task.paraphrase_of}' to paraphrase")


def _taking_turns(groups: Sequence[Sequence[CastTask]]) -> Iterable[list[CastTask]]:
    return ([task for task in turn if task is not None] for turn in zip_longest(*groups))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("acrouter_mcp.demo") / "cast" / name).read_text(encoding="utf-8"))
