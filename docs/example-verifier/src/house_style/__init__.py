"""One more signal on a solution: the house's own rules."""

import ast

from acrouter_mcp.verification import Context, Finding, Submission

MAX_LINES = 40
LOST_A_FUNCTION = 0.2
LEFT_A_PRINT = 0.1


class HouseStyle:
    """Python only; it advises, and so has a small weight and no gate."""

    name = "house_style"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """Return a score in [0, 1] and a sentence for the agent; a score of None leaves the signal out."""
        if context.language != "python" or submission.form != "program":
            return Finding(score=None, detail="only Python programs have a house style")
        remarks: list[str] = []
        cost = 0.0
        for name, text in submission.files.items():
            try:
                nodes = list(ast.walk(ast.parse(text)))
            except SyntaxError:
                return Finding(score=None, detail="not Python")  # the verifier `ast` says so, at a greater price
            for node in nodes:
                if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_LINES:
                    remarks.append(f"{name} line {node.lineno}: {node.name} is longer than {MAX_LINES} lines")
                    cost += LOST_A_FUNCTION
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                    remarks.append(f"{name} line {node.lineno}: a print was left in")
                    cost += LEFT_A_PRINT
        return Finding(score=max(1.0 - cost, 0.0), detail="; ".join(remarks[:3]) or "in style", weight=0.05)
