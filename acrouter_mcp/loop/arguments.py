"""What the four tools take: the contract's names, with units and ranges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from acrouter_mcp.types import Dimension

Dollars = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Tokens = Annotated[int, Field(ge=0, le=1_000_000_000)]
Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Identifier = Annotated[str, Field(max_length=200)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_booleans(cls, value: object) -> object:
        if isinstance(value, bool):  # else a quality of true would be a 1
            raise ValueError("takes no true or false")
        return value


class ChooseArguments(_Arguments):
    """Arguments of `choose_model`."""

    task: str = Field(description="The task as the model will be given it")
    candidates: Annotated[tuple[Word, ...], Field(max_length=100)] | None = Field(
        None, description="Models you can really use now, in your host's words; absent: the host's menu"
    )
    dimension: Dimension | None = Field(None, description="Absent: inferred")
    language: Word | None = Field(None, description="Programming language; absent: inferred")
    incumbent: Word | None = Field(None, description="Model in use, whose prompt cache a switch loses")
    context_tokens: Tokens | None = Field(None, description="Tokens to send again on a switch")
    max_cost_usd: Dollars | None = Field(None, description="Cap on this task's expected cost, USD")
    retry_of: Identifier | None = Field(None, description="decision_id that failed: escalate")
    project: Word | None = Field(None, description="Memory scope")


class VerifyArguments(_Arguments):
    """Arguments of `verify_solution`."""

    solution: str | None = Field(None, description="The code, one file")
    files: dict[str, str] | None = Field(None, description="Or several: path -> text")
    workspace: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Or a directory, judged by `command` in a throw-away copy"
    )
    verification_id: Identifier | None = Field(None, description="Or fetch an earlier call's result")
    decision_id: Identifier | None = Field(None, description="Decision this closes; its task is known")
    task: str | None = Field(None, description="Without decision_id")
    language: Word | None = Field(None, description="Absent: inferred")
    tests: str | None = Field(
        None, description="Tests; a one-file solution is module `solution` (`from solution import f`)"
    )
    command: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)] | None = Field(
        None, description="Workspace's test command"
    )
    entry_point: Word | None = Field(None, description="Function or class asked for")
    timeout_s: Annotated[float, Field(gt=0, le=900, allow_inf_nan=False)] | None = Field(
        None, description="Seconds for all; default 45"
    )


class RecordArguments(_Arguments):
    """Arguments of `record_outcome`."""

    quality: Ratio = Field(description="0 useless .. 1 right")
    decision_id: Identifier | None = Field(None, description="Or give task and model")
    task: str | None = None
    model: Word | None = Field(None, description="Who did the work, if not the one advised")
    cost_usd: Dollars | None = Field(None, description="USD")
    input_tokens: Tokens | None = None
    output_tokens: Tokens | None = None
    latency_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(None, description="Seconds")
    source: Literal["user", "ci", "agent"] | None = Field(None, description="Who judged; default agent")
    note: Annotated[str, Field(max_length=4000)] | None = None


class RecallArguments(_Arguments):
    """Arguments of `recall_similar`."""

    task: str = Field(description="What you are about to do")
    limit: Annotated[int, Field(ge=1, le=20)] | None = Field(None, description="Default 5")
    dimension: Dimension | None = None
    model: Word | None = Field(None, description="Only this model's")
    min_similarity: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = Field(
        None, description="Cosine; default 0.5"
    )
    project: Word | None = Field(None, description="Memory scope")
