"""The loop as a client sees it: both halves of every answer, in memory, on the real rooms."""

from __future__ import annotations

from typing import Any

import jsonschema
import mcp_types as types
import pytest
from acrouter_mcp.tools import TOOLS

pytestmark = pytest.mark.anyio
SCHEMAS = {tool.name: tool.definition().output_schema for tool in TOOLS}
ADD = "def add(a, b):\n    return a + b\n"
ADD_WRONG = "def add(a, b):\n    return a - b\n"
ADD_TESTS = """
from solution import add


def test_small():
    assert add(1, 2) == 3


def test_zero():
    assert add(0, 0) == 0
"""
TASK = "Write a Python function add(a, b) that returns the sum of two numbers."


async def call(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call, check the answer against its schema, and return its structured half; its id must be in the text too."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    jsonschema.validate(result.structured_content, SCHEMAS[tool])
    text = result.content[0].text
    for key in ("decision_id", "verification_id", "model", "verdict", "status"):
        if key in result.structured_content:
            assert str(result.structured_content[key]) in text
    return dict(result.structured_content)


async def refusal(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


async def test_a_right_solution_closes_its_decision_and_is_recalled(connect: Any) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6", "kimi-k2.5"])
        assert advice["model"] in ("claude-opus-4-6", "kimi-k2.5")
        verdict = await call(
            client, "verify_solution", solution=ADD, tests=ADD_TESTS, decision_id=advice["decision_id"]
        )
        assert (verdict["verdict"], verdict["next"]["action"]) == ("pass", "accept")
        assert verdict["tests"]["passed"] == verdict["tests"]["expected"] == 2
        assert verdict["recorded"]["decision_id"] == advice["decision_id"]
        assert verdict["recorded"]["status"] == "closed"
        recalled = await call(client, "recall_similar", task="Python function for the sum of two numbers")
        assert [one["decision_id"] for one in recalled["neighbours"]] == [advice["decision_id"]]
        assert recalled["neighbours"][0]["verdict"] == "pass"
        assert recalled["by_model"][0]["model"] == recalled["neighbours"][0]["model"]


async def test_a_wrong_solution_is_a_result_with_failures_and_a_way_on(connect: Any) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6", "kimi-k2.5", "gpt-5.4"])
        verdict = await call(
            client,
            "verify_solution",
            solution="def add(a, b):\n    return 7\n",
            tests=ADD_TESTS,
            decision_id=advice["decision_id"],
        )
        assert verdict["verdict"] == "fail"
        assert verdict["tests"]["failures"]
        assert verdict["next"]["action"] == "escalate"
        assert verdict["next"]["model"] == advice["escalation"][0]
        again = await call(client, "choose_model", task=TASK, retry_of=advice["decision_id"])
        assert again["model"] == advice["escalation"][0]


async def test_a_chain_of_retries_names_every_candidate_once_before_any_again(connect: Any) -> None:
    names = {"claude-opus-4-6", "kimi-k2.5", "gpt-5.4"}
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=sorted(names))
        seen = [advice["model"]]
        for _ in range(2):
            advice = await call(client, "choose_model", task=TASK, retry_of=advice["decision_id"])
            seen.append(advice["model"])
        assert set(seen) == names
        last = await call(client, "choose_model", task=TASK, retry_of=advice["decision_id"])
        assert last["model"] in names
        assert "every candidate" in last["reason"].lower()


async def test_a_retry_closes_its_open_parent_as_weakly_failed(connect: Any) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6", "kimi-k2.5"])
        await call(client, "choose_model", task=TASK, retry_of=advice["decision_id"])
        record = await call(client, "record_outcome", decision_id=advice["decision_id"], quality=1, source="user")
        assert (record["status"], record["quality"]) == ("revised", 1)


async def test_better_sources_supersede_worse(connect: Any) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"])
        key = advice["decision_id"]
        told = [
            ("agent", 0.9, "closed"),
            ("agent", 0.9, "unchanged"),
            ("ci", 0.2, "revised"),
            ("agent", 1.0, "superseded"),
            ("user", 0.7, "revised"),
            ("user", 0.6, "revised"),
        ]
        for source, quality, status in told:
            record = await call(client, "record_outcome", decision_id=key, quality=quality, source=source)
            assert (source, quality, record["status"]) == (source, quality, status)


async def test_a_second_try_is_stored_and_the_first_is_learned(connect: Any) -> None:
    async with connect() as client:
        key = (await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"]))["decision_id"]
        first = await call(client, "verify_solution", solution=ADD_WRONG, tests=ADD_TESTS, decision_id=key)
        second = await call(client, "verify_solution", solution=ADD, tests=ADD_TESTS, decision_id=key)
        assert (first["verdict"], second["verdict"]) == ("fail", "pass")
        assert second["recorded"]["quality"] == first["recorded"]["quality"]
        known = await client.read_resource(f"acrouter://decisions/{key}")
        assert '"attempts": 2' in known.contents[0].text


async def test_work_that_was_never_asked_about_is_recorded_once(connect: Any) -> None:
    async with connect() as client:
        told = {"task": "Rename the config loader", "model": "my-own-model", "quality": 1, "cost_usd": 0.02}
        first = await call(client, "record_outcome", **told)
        second = await call(client, "record_outcome", **told)
        assert (first["status"], second["status"]) == ("closed", "unchanged")
        assert first["decision_id"] == second["decision_id"]
        assert first["reward"] == pytest.approx(1 - 0.1 * 0.02)


async def test_an_unknown_cost_is_null_and_has_no_reward(connect: Any) -> None:
    async with connect() as client:
        record = await call(client, "record_outcome", task="Rename it", model="my-own-model", quality=1)
        assert record["cost_usd"] is None
        assert record["reward"] is None


async def test_an_unknown_model_is_never_refused_where_it_states_a_fact(connect: Any) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=TASK, candidates=["opuss-4-6", "brand-new"], incumbent="other")
        assert "wide prior" in advice["reason"]
        assert advice["cost_usd"] is None
        assert "did you mean" in await refusal(client, "recall_similar", task=TASK, model="claude-opus-4-66")


async def test_nothing_similar_says_so_and_not_to_search_further(connect: Any) -> None:
    async with connect() as client:
        recalled = await call(client, "recall_similar", task="Knit a pullover")
        assert recalled["neighbours"] == []
        assert "nothing to go on" in recalled["advice"]
        assert "not search further" in recalled["advice"]


async def test_a_cap_that_nobody_meets_gives_the_cheapest_and_says_so(connect: Any) -> None:
    async with connect() as client:
        names = ["claude-opus-4-6", "qwen3.5-plus", "gpt-5.4"]
        advice = await call(client, "choose_model", task=TASK, candidates=names, max_cost_usd=0)
        assert advice["model"] == "qwen3.5-plus"
        assert "cap" in advice["reason"]


async def test_a_host_gets_its_own_words_and_how_to_act(connect: Any) -> None:
    from mcp_types import Implementation

    async with connect(client_info=Implementation(name="claude-code", version="2.1.330")) as client:
        advice = await call(client, "choose_model", task=TASK)
        assert advice["model"] in ("opus", "sonnet", "haiku", "fable")
        assert advice["apply"]["tool"] == "Agent"
        assert advice["apply"]["arguments"]["model"] == advice["model"]


async def test_the_caller_s_words_come_back(connect: Any) -> None:
    async with connect() as client:
        words = ["anthropic/claude-opus-4-6", "openrouter/moonshotai/kimi-k2.5"]
        advice = await call(client, "choose_model", task=TASK, candidates=words)
        assert advice["model"] in words
        assert {advice["model"], *(other["model"] for other in advice["alternatives"])} == set(words)


async def test_two_windows_share_what_they_learn(connect: Any) -> None:
    async with connect() as one, connect() as other:
        await call(one, "recall_similar", task="Wait until the embedder is there.")
        advice = await call(one, "choose_model", task=TASK, candidates=["claude-opus-4-6"])
        await call(one, "record_outcome", decision_id=advice["decision_id"], quality=1, source="user")
        recalled = await call(other, "recall_similar", task=TASK)
        assert [one["decision_id"] for one in recalled["neighbours"]] == [advice["decision_id"]]
        assert (await call(other, "record_outcome", decision_id=advice["decision_id"], quality=1, source="user"))[
            "status"
        ] == "unchanged"


async def test_open_decisions_are_counted_until_they_are_closed(connect: Any) -> None:
    async with connect() as client:
        first = await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"])
        second = await call(client, "choose_model", task=TASK + " Again.", candidates=["claude-opus-4-6"])
        assert second["open_decisions"] == {"count": 1, "oldest_id": first["decision_id"]}


BAD = [
    ("choose_model", {"task": ""}, "task: empty"),
    ("choose_model", {"task": " \n\t"}, "task: empty"),
    ("choose_model", {"task": "t", "candidates": []}, "candidates: empty"),
    ("choose_model", {"task": "t", "dimension": "poetry"}, "'poetry'"),
    ("choose_model", {"task": "t", "retry_of": "d_nobody"}, "d_nobody"),
    ("choose_model", {"task": "t", "hurry": True}, "'hurry'"),
    ("choose_model", {}, "task: required"),
    ("verify_solution", {}, "exactly one"),
    ("verify_solution", {"solution": "x = 1", "files": {"a.py": "x = 1"}}, "exactly one"),
    ("verify_solution", {"verification_id": "v_nobody"}, "v_nobody"),
    ("verify_solution", {"solution": "x = 1", "decision_id": "d_nobody"}, "d_nobody"),
    ("verify_solution", {"workspace": "/", "command": ["true"]}, "outside of the allowed"),
    ("verify_solution", {"workspace": "/nowhere/at/all", "command": ["true"]}, "no such folder"),
    ("verify_solution", {"workspace": "."}, "command: missing"),
    ("verify_solution", {"files": {"../evil.py": "x = 1"}}, "evil"),
    ("record_outcome", {"quality": 1}, "decision_id: missing"),
    ("record_outcome", {"quality": 1, "decision_id": "d_nobody"}, "d_nobody"),
    ("record_outcome", {"quality": 1.5, "decision_id": "d_nobody"}, "quality"),
    ("recall_similar", {"task": ""}, "task: empty"),
]


@pytest.mark.parametrize(("tool", "arguments", "words"), BAD, ids=[f"{tool}-{words}" for tool, _, words in BAD])
async def test_a_refusal_says_what_was_wrong_and_the_server_lives(
    connect: Any, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async with connect() as client:
        assert words in await refusal(client, tool, **arguments)
        await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"])


ODD_TEXTS = {
    "ten megabytes": "Sort the list. " * 700_000,
    "nul": "Write add\0(a, b)",
    "lone surrogate": "Write \ud800 add",
    "right to left": "כתוב פונקציה שמחברת שני מספרים \u202e add(a, b)",
    "binary": bytes(range(256)).decode("latin-1") * 40,
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=list(ODD_TEXTS))
async def test_any_text_is_a_task(connect: Any, text: str) -> None:
    async with connect() as client:
        advice = await call(client, "choose_model", task=text, candidates=["claude-opus-4-6"])
        await call(client, "record_outcome", decision_id=advice["decision_id"], quality=1)
        await call(client, "recall_similar", task=text)
        await call(client, "verify_solution", solution=ADD, task=text)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=list(ODD_TEXTS))
async def test_any_text_is_a_solution(connect: Any, text: str) -> None:
    async with connect() as client:
        result = await client.call_tool("verify_solution", {"solution": text, "tests": ADD_TESTS})
        assert result.is_error or result.structured_content["verdict"] in ("fail", "unsure")
        await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"])


async def test_a_tool_that_is_not_there_is_refused_in_words_that_the_agent_reads(connect: Any) -> None:
    async with connect() as client:
        result = await client.call_tool("choose_modell", {})
        assert result.is_error
        assert "choose_model" in result.content[0].text


async def test_an_id_of_a_decision_is_completed(connect: Any) -> None:
    async with connect() as client:
        key = (await call(client, "choose_model", task=TASK, candidates=["claude-opus-4-6"]))["decision_id"]
        ref = types.ResourceTemplateReference(uri="acrouter://decisions/{id}")
        for beginning, ids in ((key[:4], [key]), ("x_", [])):
            found = await client.complete(ref, {"name": "id", "value": beginning})
            assert found.completion.values == ids
