"""What the installer writes for the agent to read, in the user's voice."""

from __future__ import annotations

PERMISSION = """\
## Choosing a sub-agent's model

You may set a sub-agent's model, and its reasoning effort, to what acrouter's `choose_model` advises; you need not ask
me for it. You may also spawn a sub-agent where a part of the task is better done by another model.

1. Before you delegate a part of the task, call `choose_model` with it and act on its `apply`.
2. When code is written, call `verify_solution` with its `decision_id`, and with tests if there are any.
3. When I or CI judge the result, call `record_outcome` with that `decision_id`."""
