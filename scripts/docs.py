"""`make docs`: write the generated parts of the documentation; `--check` only says whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from acrouter_mcp.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- settings:begin (made by `make docs`) -->", "<!-- settings:end -->"


def settings_table() -> str:
    """Return every setting as a Markdown table."""
    rows = ["| environment | key in the files | default | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name == "data_dir":
            default = "the platform's data folder"
        elif field.default in (None, (), "", PydanticUndefined):
            default = "-"
        else:
            default = f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
        rows.append(f"| `ACROUTER_{name.upper()}` | `{name}` | {default} | {field.description} |")
    return "\n".join(rows)


def replaced(text: str) -> str:
    """Return the README with a current table."""
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{settings_table()}\n{END}{tail}"


def main() -> None:
    """Write, or with `--check` compare."""
    path = ROOT / "README.md"
    old = path.read_text(encoding="utf-8")
    new = replaced(old)
    if "--check" in sys.argv[1:]:
        if old != new:
            print("README.md: the table of settings is out of date; run `make docs`", file=sys.stderr)
            sys.exit(1)
    else:
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
