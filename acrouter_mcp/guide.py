"""What a client reads without calling a tool: instructions, resources' names, and the prompt of the loop."""

from __future__ import annotations

from collections.abc import Mapping

import mcp_types as types

from acrouter_mcp.errors import UserError

INSTRUCTIONS = """\
acrouter advises which language model should take a coding task and learns from verified outcomes. The loop:
1. choose_model before a task or a delegated subtask, with the models you can really use; act on `apply`.
2. verify_solution when code is written, with its decision_id and tests; a `fail` says whether to revise or escalate.
3. record_outcome when the user, CI or you know better than the verifier.
recall_similar shows how earlier tasks like this went.
To escalate, call choose_model again with retry_of. Prices are list prices in USD; nothing here calls a model."""

RESOURCES = (
    types.Resource(
        uri="acrouter://models",
        name="models",
        description="The catalogue: models, aliases, prices and priors.",
        mime_type="application/json",
    ),
    types.Resource(
        uri="acrouter://stats",
        name="stats",
        description="What was learned, per dimension and model.",
        mime_type="application/json",
    ),
    types.Resource(
        uri="acrouter://artifacts",
        name="artifacts",
        description="Manifest of the benchmark's agentic artifacts.",
        mime_type="application/json",
    ),
)
TEMPLATES = (
    types.ResourceTemplate(
        uri_template="acrouter://decisions/{id}",
        name="decision",
        description="All that is known of one decision: outcomes, revisions, verification trace.",
        mime_type="application/json",
    ),
)
PROMPT = types.Prompt(
    name="route_task",
    title="Route a task",
    description="Take a task through the loop: choose a model, do the work, verify, record.",
    arguments=[types.PromptArgument(name="task", description="The task in words", required=True)],
)


def prompt(name: str, arguments: Mapping[str, str]) -> types.GetPromptResult:
    """Return the messages of `route_task`.

    Raises:
        UserError: another prompt's name, or no task.
    """
    if name != PROMPT.name:
        raise UserError(f"unknown prompt {name[:80]!r}; there is {PROMPT.name!r}")
    task = arguments.get("task", "").strip()
    if not task:
        raise UserError("task: required, but missing or empty; say in words what is to be done")
    words = (
        f"Take this task through the acrouter loop.\n\nTask: {task}\n\n"
        "1. Call choose_model with the task and, as `candidates`, the models that you can really use for a sub-agent.\n"
        "2. Do the work with the model that it names, as its `apply` says; keep its decision_id.\n"
        "3. Call verify_solution with that decision_id, the code, and tests (write some if there are none).\n"
        "4. Follow `next`: accept, revise with the failures in hand, or call choose_model with retry_of.\n"
        "5. When the user or CI judges the result, call record_outcome with the decision_id."
    )
    return types.GetPromptResult(
        description=PROMPT.description,
        messages=[types.PromptMessage(role="user", content=types.TextContent(type="text", text=words))],
    )
