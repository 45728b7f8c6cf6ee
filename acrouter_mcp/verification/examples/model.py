"""What an example is, and what it may call."""

from __future__ import annotations

from dataclasses import dataclass

MAX_EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Example:
    """One example as the body of a test function, in Python source."""

    body: str


@dataclass(frozen=True, slots=True)
class Program:
    """What a program reads, and what it must print."""

    stdin: str
    stdout: str
    open_end: bool = False
    """It may print more than this: where its output ends isn't clear from the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something in the solution that examples may mean without naming it."""

    call: str
    """As a test calls it: `add`, `Solution().add`."""
    parameters: tuple[str, ...]
    required: int
    in_place: bool = False
    """It returns nothing: its answer is what it made of its first argument."""
    structured: bool = False
    """It takes or gives objects that no literal can be (`TreeNode`)."""
