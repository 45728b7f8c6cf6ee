from __future__ import annotations

import copy
import shutil
from collections import Counter
from typing import Any

import anyio
import pytest

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.demo.cast import GOOD, CastModel, CastTask, check_stream, load_cast, load_models, parse_tasks
from acrouter_mcp.types import Verdict
from acrouter_mcp.verification import ONE_FILE, Engine, Submission

MODELS = (CastModel(key="a", id="model-a", verbosity=1.0), CastModel(key="b", id="model-b", verbosity=2.0))
TOOLCHAINS = {"javascript": "node", "go": "go", "rust": "rustc"}
DOCUMENT: dict[str, Any] = {
    "dimension": "algorithm",
    "language": "python",
    "task": [
        {
            "id": "add",
            "prompt": "Add two numbers.",
            "tests": "from solution import add\nassert add(1, 2) == 3\n",
            "cast": {"a": "good", "b": "wrong"},
            "answer": [
                {"name": "good", "text": "def add(a, b):\n    return a + b\n"},
                {"name": "wrong", "text": "def add(a, b):\n    return a\n"},
            ],
        }
    ],
}


def changed(**fields: Any) -> dict[str, Any]:
    """The small document with fields of its task replaced; None removes one."""
    document = copy.deepcopy(DOCUMENT)
    task = document["task"][0]
    for name, value in fields.items():
        if value is None:
            del task[name]
        else:
            task[name] = value
    return document


def test_the_cast_is_as_large_and_as_mixed_as_promised() -> None:
    tasks = load_cast()
    executed = [task for task in tasks if task.tests is not None]
    assert len(tasks) >= 28
    assert len({task.dimension for task in tasks}) >= 7
    assert len(executed) >= 22
    assert {task.language for task in executed} == {"python", "javascript", "go", "rust"}
    assert len({task.language for task in tasks}) >= 4
    assert sum(task.paraphrase_of is not None for task in tasks) >= 2


def test_every_task_is_answered_by_the_same_five_known_models() -> None:
    models = {model.id for model in load_models()}
    assert len(models) == 5
    assert all(set(task.cast) == models for task in load_cast())
    assert models <= set(Catalogue.load(None).models)


def test_every_task_can_be_solved_by_somebody_and_is_missed_by_somebody() -> None:
    for task in load_cast():
        assert GOOD in task.cast.values(), task.id
        assert set(task.cast.values()) != {GOOD}, task.id


def test_dimensions_take_turns() -> None:
    tasks = load_cast()
    dimensions = {task.dimension for task in tasks}
    assert {task.dimension for task in tasks[: len(dimensions)]} == dimensions


def test_the_table_is_wrong_about_at_least_two_dimensions() -> None:
    catalogue = Catalogue.load(None)
    models = [model.id for model in load_models()]
    tasks = load_cast()
    wrong = []
    for dimension in {task.dimension for task in tasks}:
        favourite = max(models, key=lambda model: catalogue.prior(model, dimension).mean)
        solved = Counter(m for t in tasks if t.dimension is dimension for m in models if t.quality_of(m) == 1)
        if solved[favourite] + 2 <= max(solved.values()):
            wrong.append(dimension)
    assert len(wrong) >= 2, wrong


@pytest.mark.slow
@pytest.mark.anyio
async def test_tests_pass_good_answers_and_fail_all_others() -> None:
    engine = Engine()
    if engine.isolation().tier == "none":
        pytest.skip("no sandbox works here, so nothing is executed")
    verdicts: dict[tuple[str, str], Verdict] = {}
    slots = anyio.CapacityLimiter(2)

    async def judge(task: CastTask, name: str, text: str) -> None:
        async with slots:
            verdicts[task.id, name] = await engine.verify(
                Submission(
                    files={ONE_FILE: text},
                    language=task.language,
                    task=task.prompt,
                    tests=task.tests,
                    entry_point=task.entry_point,
                ),
                timeout_s=20,
            )

    missing = {language for language, program in TOOLCHAINS.items() if not shutil.which(program)}
    runs = [task for task in load_cast() if task.tests and task.language not in missing]
    executed = [(task, answer) for task in runs for answer in task.answer]
    async with anyio.create_task_group() as group:
        for task, answer in executed:
            group.start_soon(judge, task, answer.name, answer.text)
    assert len(verdicts) == len(executed)
    wrong = {
        key: (verdict.verdict, verdict.reason)
        for key, verdict in verdicts.items()
        if verdict.verdict != ("pass" if key[1] == GOOD else "fail")
    }
    assert not wrong


def test_a_task_knows_what_each_model_answers() -> None:
    (task,) = parse_tasks(DOCUMENT, MODELS)
    assert task.answer_of("model-b").name == "wrong"
    assert (task.quality_of("model-a"), task.quality_of("model-b")) == (1.0, 0.0)


def test_what_a_person_says_is_the_quality_where_nothing_runs() -> None:
    answers = [{"name": "good", "text": "x", "quality": 0.9}, {"name": "wrong", "text": "y", "quality": 0.4}]
    (task,) = parse_tasks(changed(tests=None, answer=answers), MODELS)
    assert (task.quality_of("model-a"), task.quality_of("model-b")) == (0.9, 0.4)


def test_a_wordier_model_writes_more_tokens_for_the_same_prompt() -> None:
    (task,) = parse_tasks(changed(cast={"a": "good", "b": "good"}, answer=DOCUMENT["task"][0]["answer"][:1]), MODELS)
    (read_a, written_a), (read_b, written_b) = (task.tokens_of(model) for model in MODELS)
    assert read_a == read_b
    assert written_b == pytest.approx(2 * written_a, abs=1)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"cast": {"a": "good"}}, "cast names"),
        ({"cast": {"a": "good", "b": "good", "c": "wrong"}}, "cast names"),
        ({"cast": {"a": "good", "b": "missing"}}, "cast gives"),
        ({"cast": {"a": "good", "b": "good"}}, "cast gives"),
        ({"answer": [{"name": "only", "text": "x"}], "cast": {"a": "only", "b": "only"}}, "one of them 'good'"),
        ({"answer": [{"name": "good", "text": "x"}] * 2, "cast": {"a": "good", "b": "good"}}, "different names"),
        ({"tests": None}, "tests or a quality"),
        ({"prompt": None}, "prompt"),
        ({"difficulty": "hard"}, "difficulty"),
    ],
)
def test_a_contradictory_file_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_tasks(changed(**fields), MODELS)


def test_ids_are_unique_and_paraphrases_come_later() -> None:
    (task,) = parse_tasks(DOCUMENT, MODELS)
    again = task.model_copy(update={"id": "sum", "paraphrase_of": "add"})
    check_stream([task, again])
    with pytest.raises(ValueError, match="two tasks"):
        check_stream([task, task])
    with pytest.raises(ValueError, match="no earlier"):
        check_stream([again, task])
