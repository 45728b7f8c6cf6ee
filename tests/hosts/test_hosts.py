import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.hosts import Host, find_host, hosts

CATALOGUE = Catalogue.load(None)
NAMES = {
    "claude-code",
    "cline",
    "codex",
    "continue",
    "copilot",
    "cursor",
    "gemini",
    "opencode",
    "qwen",
    "vscode",
    "windsurf",
    "zed",
}


def host(client: str) -> Host:
    found = find_host(client)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("client", "name"),
    [
        ("claude-code", "claude-code"),
        ("codex-mcp-client", "codex"),
        ("Codex", "codex"),
        ("opencode", "opencode"),
        ("copilot-cli", "copilot"),
        ("github-copilot-developer", "copilot"),
        ("gemini-cli-mcp-client", "gemini"),
        ("gemini-cli-mcp-client-acrouter", "gemini"),
        ("qwen-cli-mcp-client-acrouter", "qwen"),
        ("qwen-code-mcp-client", "qwen"),
        ("cursor-vscode", "cursor"),
        ("Cursor", "cursor"),
        ("cursor-vscode (via mcp-remote 0.1.37)", "cursor"),
        ("Visual Studio Code", "vscode"),
        ("Visual Studio Code - Insiders", "vscode"),
        ("Code - OSS", "vscode"),
        ("@cline/core", "cline"),
        ("Cline", "cline"),
        ("continue-cli-client", "continue"),
        ("continue-client", "continue"),
        ("windsurf-client", "windsurf"),
        ("Windsurf", "windsurf"),
        ("Zed", "zed"),
    ],
)
def test_a_host_is_known_by_the_name_its_client_gives(client: str, name: str) -> None:
    assert host(client).name == name


@pytest.mark.parametrize("client", [None, "", "mcp", "claude-ai", "zedd", "codexes", "my-codex", "cline2", "\udc80"])
def test_other_clients_are_no_host(client: str | None) -> None:
    assert find_host(client) is None


@given(st.text(max_size=60))
def test_no_client_name_is_too_strange(client: str) -> None:
    find_host(client)


def test_the_twelve_hosts_are_there_and_none_hides_another() -> None:
    assert {each.name for each in hosts()} == NAMES
    assert len(hosts()) == len(NAMES)
    for each in hosts():
        for client in each.clients:
            assert find_host(client) is each


@pytest.mark.parametrize("each", hosts(), ids=lambda each: each.name)
def test_every_word_of_a_host_names_a_model_of_the_catalogue(each: Host) -> None:
    for word in (*each.menu, *each.only, *each.aliases):
        assert CATALOGUE.resolve(word, each.aliases).known, word
    for target in each.aliases.values():
        assert target in CATALOGUE.models


@pytest.mark.parametrize("each", hosts(), ids=lambda each: each.name)
def test_every_host_can_act_on_its_own_menu(each: Host) -> None:
    for word in each.menu:
        act = each.apply(word, CATALOGUE.resolve(word, each.aliases).model, None)
        assert act is not None
        assert ("tool" in act) == (each.tool is not None)


@pytest.mark.parametrize("each", [each for each in hosts() if each.only], ids=lambda each: each.name)
def test_what_a_menu_offers_the_tool_takes(each: Host) -> None:
    assert set(each.menu) <= set(each.only)


@pytest.mark.parametrize(
    ("client", "word", "arguments"),
    [
        ("claude-code", "sonnet", {"model": "sonnet"}),
        ("claude-code", "claude-opus-5-5", {"model": "opus"}),
        ("claude-code", "sonnet[1m]", {"model": "sonnet"}),
        ("claude-code", "best", {"model": "fable"}),
        ("claude-code", "opus:high", {"model": "opus", "effort": "high"}),
        ("claude-code", "opus:minimal", {"model": "opus"}),
        ("codex-mcp-client", "gpt-6-luna", {"model": "gpt-6-luna", "fork_turns": "none"}),
        ("codex-mcp-client", "openai/gpt-6-luna", {"model": "gpt-6-luna", "fork_turns": "none"}),
        (
            "codex-mcp-client",
            "gpt-6.1-terra:xhigh",
            {"model": "gpt-6.1-terra", "fork_turns": "none", "reasoning_effort": "xhigh"},
        ),
        ("copilot-cli", "claude-opus-5-5", {"model": "claude-opus-5.5"}),
        ("copilot-cli", "gpt-5.4:low", {"model": "gpt-5.4", "reasoning_effort": "low"}),
        ("copilot-cli", "my-own-deployment", {"model": "my-own-deployment"}),
        ("Visual Studio Code", "GPT-5.4 (copilot)", {"model": "GPT-5.4 (copilot)"}),
        ("cursor-vscode", "gpt-5.4", {"model": "gpt-5.4"}),
    ],
)
def test_a_call_of_the_hosts_own_tool_is_in_the_hosts_words(client: str, word: str, arguments: dict[str, str]) -> None:
    here = host(client)
    ref = CATALOGUE.resolve(word, here.aliases)
    act = here.apply(ref.word, ref.model, ref.effort)
    assert act is not None
    assert (act["tool"], act["arguments"]) == (here.tool, arguments)


@pytest.mark.parametrize(
    ("client", "word", "said"),
    [
        ("claude-code", "kimi-k2.5", ".claude/agents"),
        ("claude-code", "claude-opus-4-6", ".claude/agents"),
        ("codex-mcp-client", "kimi-k2.5", "~/.codex/agents"),
        ("opencode", "anthropic/claude-opus-5-5", ".opencode/agent"),
        ("gemini-cli-mcp-client", "gemini-3.8-flash", ".gemini/agents"),
        ("qwen-cli-mcp-client-x", "qwen3.8-max", ".qwen/agents"),
        ("Cline", "glm-5", "Plan or Act"),
        ("continue-client", "glm-5", "subagent"),
        ("Windsurf", "glm-5", "model picker"),
        ("Zed", "glm-5", "agent.subagent_model"),
    ],
)
def test_where_the_agent_cannot_choose_the_user_is_told_how(client: str, word: str, said: str) -> None:
    act = host(client).apply(word, word, None)
    assert act is not None
    assert act.keys() == {"instruction"}
    assert said in str(act["instruction"])
    assert word in str(act["instruction"])


def test_a_gemini_alias_is_told_by_the_models_id() -> None:
    act = host("gemini-cli-mcp-client").apply("flash", "gemini-3.8-flash", None)
    assert "model: gemini-3.8-flash" in str(act)


def test_where_hosts_restrain_their_agents_the_note_says_so() -> None:
    for client, said in [
        ("codex-mcp-client", "AGENTS.md"),
        ("copilot-cli", "custom instructions"),
        ("claude-code", "effort"),
    ]:
        act = host(client).apply(host(client).menu[0], host(client).menu[0], None)
        assert act is not None
        assert said in str(act["note"])


@given(
    st.sampled_from(hosts()), st.text(max_size=30), st.text(max_size=30), st.none() | st.sampled_from(["low", "max"])
)
def test_any_word_can_be_acted_on_or_not_and_is_json(each: Host, word: str, model: str, effort: str | None) -> None:
    act = each.apply(word, model, effort)
    assert json.loads(json.dumps(act)) == act


def test_two_hosts_pass_the_model_in_use() -> None:
    passed = {each.name: each.incumbent_env for each in hosts() if each.incumbent_env}
    assert passed == {"copilot": "COPILOT_MODEL", "qwen": "QWEN_CODE_MODEL"}
