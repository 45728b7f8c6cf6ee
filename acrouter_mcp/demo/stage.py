"""One performance of the demo: each task goes through the loop, and whatever falls short is noted."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console

from acrouter_mcp.demo import render
from acrouter_mcp.demo.account import SOLVED, Step
from acrouter_mcp.demo.cast import CastModel, CastTask
from acrouter_mcp.demo.session import Session
from acrouter_mcp.errors import UserError
from acrouter_mcp.loop.answers import Advice


@dataclass(slots=True)
class Stage:
    """One performance: who plays, what is shown on, what has happened so far."""

    console: Console
    session: Session
    tasks: tuple[CastTask, ...]
    models: tuple[CastModel, ...]
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def play_all(self) -> None:
        """Take every task through the loop, or as many as the server lets us."""
        try:
            self.console.print(render.recalled(await self.session.recall(self.tasks[0])))
            for number, task in enumerate(self.tasks, start=1):
                self.console.print(render.heading(task, number, len(self.tasks)))
                await self.play(task)
        except UserError as refused:
            self.problems.append(str(refused))

    async def play(self, task: CastTask) -> None:
        """Take one task through the loop: choose, answer, judge, and escalate until it is solved or nobody is left."""
        if task.paraphrase_of is not None:
            await self._look_back(task, task.paraphrase_of)
        retry_of: str | None = None
        for attempt in range(1, len(self.models) + 1):
            advice = await self.session.choose(task, [model.id for model in self.models], retry_of)
            self.console.print(render.choice(advice))
            solved = await (self._test(task, advice) if task.tests else self._ask(task, advice))
            if solved is None:
                return
            self.steps.append(_step(task, attempt, advice))
            if solved:
                return
            retry_of = advice.decision_id
        self.problems.append(f"{task.id}: nobody solved it, though somebody in the cast can")

    async def _test(self, task: CastTask, advice: Advice) -> bool | None:
        """Verify the model's answer; return whether it is right, or None when nobody knows."""
        answer = task.answer_of(advice.model)
        with self.console.status("     verifying") as status:

            async def show(progress: float, total: float | None, message: str | None) -> None:
                status.update(f"     {progress / (total or 1):.0%} {message or ''}")

            found = await self.session.verify(task, answer.text, advice.decision_id, show)
        self.console.print(render.verdict(found))
        if found.verdict == "unsure" and answer.quality is not None:
            return await self._ask(task, advice)
        truth = "pass" if task.quality_of(advice.model) >= SOLVED else "fail"
        if found.verdict != truth:
            self.problems.append(f"{task.id}: the verdict on '{answer.name}' is {found.verdict}: {found.next.why}")
        if found.verdict == "unsure":
            return None
        if found.recorded is None:
            self.problems.append(f"{task.id}: the verdict was not recorded: {found.next.why}")
        else:
            self.console.print(render.learned(advice.model, advice.quality.mean, found.recorded.quality))
        return found.verdict == "pass"

    async def _ask(self, task: CastTask, advice: Advice) -> bool:
        """Let a person judge the model's answer, and record it; return whether it is good enough."""
        model = next(model for model in self.models if model.id == advice.model)
        quality = task.quality_of(model.id)
        record = await self.session.record(advice.decision_id, quality, task.tokens_of(model))
        self.console.print(render.judged(record))
        self.console.print(render.learned(advice.model, advice.quality.mean, record.quality))
        return quality >= SOLVED

    async def _look_back(self, task: CastTask, original: str) -> None:
        """Recall what a paraphrase reminds of; it should be the task that it paraphrases."""
        found = await self.session.recall(task)
        self.console.print(render.recalled(found))
        prompt = next(known.prompt for known in self.tasks if known.id == original)
        if not any(prompt.startswith(near.task.removesuffix("…")) for near in found.neighbours[:2]):
            self.problems.append(f"{task.id}: recall_similar did not find {original}")


def _step(task: CastTask, attempt: int, advice: Advice) -> Step:
    expected = render.expected_by_model(advice)
    return Step(task_id=task.id, dimension=task.dimension, attempt=attempt, model=advice.model, expected=expected)
