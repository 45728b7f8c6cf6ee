"""The report: one HTML page that needs no network, its views drawn as SVG and PNG. Made from a summary alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from acrouter_mcp.bench.artifacts import MANIFEST
from acrouter_mcp.errors import UserError

PAGE = "report.html"
PIP = "pip install 'acrouter-mcp[bench]'"
PNG_SCALE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A view, drawn."""

    name: str
    title: str
    alt_text: str
    svg: str
    png: bytes


def draw(summary: Mapping[str, Any]) -> list[Drawing]:
    """Return every view of the summary, drawn.

    Raises:
        UserError: altair or vl-convert is not installed.
    """
    try:
        import vl_convert

        from acrouter_mcp.bench.charts import views
    except ImportError as error:
        raise UserError(f"the report needs {error.name}; run `{PIP}`") from None
    return [
        Drawing(
            name=view.name,
            title=view.title,
            alt_text=view.alt_text,
            svg=_accessible(vl_convert.vegalite_to_svg(view.chart.to_dict()), view.title, view.alt_text),
            png=vl_convert.vegalite_to_png(view.chart.to_dict(), scale=PNG_SCALE),
        )
        for view in views(summary)
    ]


def page(summary: Mapping[str, Any], manifest: Mapping[str, Any], charts: Sequence[Drawing]) -> str:
    """Return the report as HTML; the manifest is embedded, for pages that are opened as files."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["embedded"] = _embedded
    source = resources.files("acrouter_mcp.bench").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        summary=summary, charts=charts, manifest=manifest, manifest_name=MANIFEST
    )


def _accessible(svg: str, title: str, alt_text: str) -> str:
    """Return the drawing as one image with a name, to a screen reader."""
    label = f"{title}. {alt_text}".replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{label}" ', svg, count=1)


def _embedded(value: Any) -> Any:
    """Return JSON that may stand in a script element."""
    from markupsafe import Markup

    text = json.dumps(value).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - nothing in it can end the element
