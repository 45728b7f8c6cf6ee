"""JSON with comments is changed in place: what stands around a change stays as it was written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install import jsonc

PATH = ("mcpServers", "acrouter")
VALUE: JSON = {"command": "/opt/acrouter-mcp", "args": []}
KEYS = st.sampled_from(["mcpServers", "hooks", "a", 'with "quotes"', "schrödinger", "x.y"])
DOCUMENTS = st.dictionaries(
    KEYS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)
STYLES = st.sampled_from([None, 0, 2, 4, "\t"])


def written(document: JSON, indent: int | str | None, *, crlf: bool, comments: bool) -> str:
    """Return a document as some editor may have left it."""
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    if comments and indent is not None:
        text = '// mine, {not} "yours"\n' + text.replace(",\n", ", // why, [so]\n") + "\n/* the end */\n"
    return text.replace("\n", "\r\n") if crlf else text


def holds_objects(document: dict[str, JSON], path: tuple[str, ...]) -> bool:
    here: JSON = document
    for key in path[:-1]:
        here = here.get(key, {}) if isinstance(here, dict) else None
    return isinstance(here, dict)


@settings(max_examples=60)
@given(DOCUMENTS, STYLES, st.booleans(), st.booleans())
def test_what_is_put_is_there_and_nothing_else_has_changed(
    document: dict[str, JSON], indent: int | str | None, crlf: bool, comments: bool
) -> None:
    text = written(document, indent, crlf=crlf, comments=comments)
    if not holds_objects(document, PATH):
        with pytest.raises(jsonc.NotJSON, match="no object"):
            jsonc.put(text, PATH, VALUE)
        return
    changed = jsonc.put(text, PATH, VALUE)
    servers = document.get("mcpServers", {})
    assert isinstance(servers, dict)
    assert jsonc.parse(changed).value == {**document, "mcpServers": {**servers, "acrouter": VALUE}}
    assert jsonc.put(changed, PATH, VALUE) == changed
    assert changed.count("//") == text.count("//")
    assert not crlf or "\n" not in text or changed.count("\n") == changed.count("\r\n")
    back = jsonc.take(changed, PATH, lambda path: jsonc.find(jsonc.parse(text), path) is not None)
    assert jsonc.parse(back).value == document
    if comments:
        assert back.count("//") == text.count("//")


@settings(max_examples=60)
@given(DOCUMENTS, STYLES, st.booleans())
def test_an_item_comes_and_goes(document: dict[str, JSON], indent: int | str | None, comments: bool) -> None:
    hooks: dict[str, JSON] = {**document, "hooks": {"PreToolUse": [{"command": "theirs"}], "Stop": []}}
    text = written(hooks, indent, crlf=False, comments=comments)
    ours: JSON = {"command": "ours"}
    changed = jsonc.put_item(text, ("hooks", "PreToolUse"), ours, lambda value: value == ours)
    value = jsonc.parse(changed).value
    assert value == {**hooks, "hooks": {"PreToolUse": [{"command": "theirs"}, ours], "Stop": []}}
    assert jsonc.take_item(changed, ("hooks", "PreToolUse"), lambda one: one == ours, lambda _path: False) == text


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', 3, "comma"),
        ('{\n  "a": \n}', 3, "value"),
        ('{"a": 1', 1, "comma"),
        ("{'a': 1}", 1, "double quotes"),
        ('{"a": 1} {"b": 2}', 1, "follows"),
        ('{\n  "a": tru\n}', 2, "value"),
        ('{"a" 1}', 1, "colon"),
        ('{"a": "\\x"}', 1, "not a valid"),
        ("[" * 1000, 1, "nested deeper"),
    ],
)
def test_what_is_broken_is_said_by_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(jsonc.NotJSON, match=problem) as caught:
        jsonc.put(text, PATH, VALUE)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "\n", "// nothing yet\n", "{}", "{\n}\n", "{ /* nothing */ }"])
def test_an_empty_file_takes_an_entry(text: str) -> None:
    changed = jsonc.put(text, PATH, VALUE)
    assert jsonc.parse(changed).value == {"mcpServers": {"acrouter": VALUE}}
    assert all(word in changed for word in text.split() if word not in ("{}", "{", "}"))


def test_a_member_is_put_in_the_style_of_its_file() -> None:
    text = '{\n\t"mcpServers": {\n\t\t"other": {"command": "x"}, // keep\n\t},\n\t// last words\n}\n'
    assert jsonc.put(text, PATH, {"command": "y"}) == (
        '{\n\t"mcpServers": {\n\t\t"other": {"command": "x"}, // keep\n'
        '\t\t"acrouter": {\n\t\t\t"command": "y"\n\t\t},\n\t},\n\t// last words\n}\n'
    )


def test_of_a_key_that_is_written_twice_the_last_one_counts() -> None:
    text = '{"mcpServers": {"x": 1}, "mcpServers": {"y": 2}}'
    assert jsonc.parse(jsonc.put(text, PATH, 3)).value == {"mcpServers": {"y": 2, "acrouter": 3}}
