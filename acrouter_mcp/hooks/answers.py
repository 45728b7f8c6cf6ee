"""What a hook prints: a spawn rewritten, a line of advice, or nothing, as each host reads it."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, whose import takes longer than what is done here
if TYPE_CHECKING:
    from typing import Any

from acrouter_mcp.hooks.payload import SHAPES, Seen

CLAUDE_EVENTS = {"spawn": "PreToolUse", "turn": "UserPromptSubmit"}


def rewritten(host: str, payload: dict[str, Any], seen: Seen, advice: dict[str, Any]) -> dict[str, Any]:
    """Return the answer that has the work done by the advised model; {} where this host can't be told so."""
    word, line = advice["model"], advice["line"]
    if seen.kind == "request":
        if host == "opencode":
            provider, _, model = word.partition("/")
            return {"output": {"message": {"model": {"providerID": provider, "modelID": model}}}} if model else {}
        request = {"hookEventName": "BeforeModel", "llm_request": {"model": word}}
        return {"hookSpecificOutput": request, "systemMessage": line}
    shape = SHAPES[host]
    given = payload.get("tool_input", payload.get("toolArgs"))
    if seen.kind != "spawn" or shape.model is None or not isinstance(given, dict):
        return {}
    new = {**given, shape.model: word, **_more(advice, shape.effort)}
    if "toolArgs" in payload:
        return {"modifiedArgs": new, "systemMessage": line}
    output = {"hookEventName": "PreToolUse", "permissionDecision": "allow", "updatedInput": new}
    return {"hookSpecificOutput": output, "systemMessage": line}


def advised(host: str, payload: dict[str, Any], seen: Seen, advice: dict[str, Any]) -> dict[str, Any]:
    """Return the answer that puts a line of advice before the agent; {} where this host shows it nothing."""
    line = advice["line"]
    if seen.kind == "request":
        return {}
    if "toolArgs" in payload or (host == "copilot" and seen.kind == "turn"):
        return {"additionalContext": line}
    name = "BeforeAgent" if host == "gemini" else CLAUDE_EVENTS.get(seen.kind)
    return {"hookSpecificOutput": {"hookEventName": name, "additionalContext": line}} if name else {}


def _more(advice: dict[str, Any], effort_argument: str | None) -> dict[str, Any]:
    """Return what a host needs beside the model: its effort, and for Codex a sub-agent that starts afresh."""
    more: dict[str, Any] = dict(advice.get("arguments") or {})
    if advice.get("effort") and effort_argument:
        more[effort_argument] = advice["effort"]
    return more
