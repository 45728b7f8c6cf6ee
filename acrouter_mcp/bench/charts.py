"""The three evidence views, drawn by altair from a summary.

Readable without colour: cells carry their numbers, lines their dashes and shapes, points their shapes and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import altair as alt

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (1, 3), (10, 2), (4, 1, 1, 1), (12, 4), (3, 6), (6, 2, 1, 2), (2, 5))
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "stroke")
INK = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b6b6b")
"""Okabe and Ito's colours, black first, yellow left out for white paper."""
FONT = "Liberation Sans, Arial, sans-serif"
MEASURES = (
    ("quality", "Mean quality", ".2f", False),
    ("cost_usd", "Mean cost, USD a task", ".4f", True),
    ("quality_per_usd", "Quality per USD", ",.0f", True),
)
STREAMS = {"id": "single-turn tasks (ID)", "ood": "agentic tasks (OOD)"}


@dataclass(frozen=True, slots=True)
class View:
    """One chart, with what it says in words."""

    name: str
    title: str
    alt_text: str
    chart: Chart


def views(summary: Mapping[str, Any]) -> list[View]:
    """Return every view of every stream in the summary."""
    found = []
    for stream in summary["table"]:
        found += [_complementarity(summary, stream), _regret(summary, stream), _pareto(summary, stream)]
    return found


Layers = alt.LayerChart | alt.FacetChart


def _complementarity(summary: Mapping[str, Any], stream: str) -> View:
    rows = summary["complementarity"][stream]
    leaders: dict[str, list[str]] = {}
    for group in sorted({row["group"] for row in rows}):
        best = max((row for row in rows if row["group"] == group), key=lambda row: row["quality"])
        leaders.setdefault(best["model"], []).append(group)
    panels = [_heat(rows, *measure, last=at == len(MEASURES) - 1) for at, measure in enumerate(MEASURES)]
    return View(
        f"complementarity-{stream}",
        f"Who is good at what: {STREAMS[stream]}",
        "Best mean quality: " + "; ".join(f"{model} in {', '.join(groups)}" for model, groups in leaders.items()) + ".",
        _styled(alt.vconcat(*panels, spacing=18).resolve_scale(color="independent")),
    )


def _heat(rows: list[dict[str, Any]], field: str, title: str, fmt: str, log: bool, *, last: bool) -> Layers:
    values = [row[field] for row in rows if row[field]]
    scale = alt.Scale(type="log" if log else "linear", range=["#ffffff", "#3f6f9f"], domain=[min(values), max(values)])
    groups = len({row["group"] for row in rows})
    base = _over(rows).encode(
        x=alt.X("model:N", title=None, axis=alt.Axis(labelAngle=-25, labels=last, ticks=last)),
        y=alt.Y("group:N", title=None),
    )
    cells = base.mark_rect(stroke="#999999", strokeWidth=0.5).encode(
        color=alt.Color(f"{field}:Q", scale=scale, legend=None)
    )
    words = base.mark_text(fontSize=11, color="#000000").encode(text=alt.Text(f"{field}:Q", format=fmt))
    return alt.layer(cells, words).properties(width=640, height=max(24 * groups, 60), title=title)


def _regret(summary: Mapping[str, Any], stream: str) -> View:
    curves = summary["curves"][stream]
    order = sorted(curves, key=lambda name: -curves[name]["mean"][-1])
    rows = [
        {"router": name, "tasks": at, "mean": mean, "low": low, "high": high}
        for name in order
        for at, mean, low, high in zip(*(curves[name][key] for key in ("at", "mean", "low", "high")), strict=True)
    ]
    marks = [row for row in rows if row["tasks"] in set(curves[row["router"]]["at"][4::8])]
    channel = _by_router(order)
    base = _over(rows).encode(x=alt.X("tasks:Q", title="tasks so far"))
    color = channel["color"]
    band = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", title="cumulative regret"), y2="high:Q", color=color)
    line = base.mark_line(strokeWidth=1.6).encode(y="mean:Q", color=color, strokeDash=channel["dash"])
    points = (
        _over(marks)
        .mark_point(filled=True, size=45, opacity=1)
        .encode(x="tasks:Q", y="mean:Q", color=color, shape=channel["shape"])
    )
    ends = "; ".join(f"{name} {curves[name]['mean'][-1]:.0f}" for name in reversed(order))
    return View(
        f"regret-{stream}",
        f"Cumulative regret: {STREAMS[stream]}",
        f"At the end of the stream, least first: {ends}. Bands hold 80 % of the orders.",
        _styled(alt.layer(band, line, points).properties(width=640, height=380)),
    )


def _by_router(order: list[str]) -> dict[str, Any]:
    """Return colour, dash and shape per router, under one legend."""
    legend = alt.Legend(title=None, symbolSize=90, labelLimit=260, symbolStrokeWidth=1.6)
    count = len(order)
    return {
        "color": alt.Color("router:N", scale=_cycle(order, INK, count), sort=order, legend=legend),
        "dash": alt.StrokeDash("router:N", scale=_cycle(order, DASHES, count), sort=order, legend=legend),
        "shape": alt.Shape("router:N", scale=_cycle(order, SHAPES, count), sort=order, legend=legend),
    }


def _cycle(domain: list[str], values: Any, count: int) -> alt.Scale:
    return alt.Scale(domain=domain, range=[values[at % len(values)] for at in range(count)])


def _pareto(summary: Mapping[str, Any], stream: str) -> View:
    rows = [
        {
            "router": name,
            "cost": row["cost_usd"],
            "quality": row["avg_perf"],
            "family": "has seen the answer" if row["seen_answer"] else summary["rows"][name]["family"],
            "seen": row["seen_answer"],
        }
        for name, row in summary["table"][stream]["complete"].items()
        if not name.startswith("acrouter_ablation")
    ]
    front = frontier([row for row in rows if not row["seen"]])
    named = {row["router"] for row in front}
    for row in rows:
        row["label"] = row["router"] if row["router"] in named or row["family"] == "this product" else ""
    families = sorted({row["family"] for row in rows})
    x = alt.X("cost:Q", scale=alt.Scale(type="log"), title="cost of the whole stream, USD (logarithmic)")
    y = alt.Y("quality:Q", scale=alt.Scale(zero=False), title="mean quality, %")
    points = (
        _over(rows)
        .mark_point(size=80, filled=True, opacity=0.9)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("family:N", scale=_cycle(families, SHAPES, len(families)), legend=alt.Legend(title=None)),
            color=alt.Color("family:N", scale=_cycle(families, INK, len(families)), legend=alt.Legend(title=None)),
        )
    )
    step = (
        _over(front)
        .mark_line(interpolate="step-after", strokeDash=[4, 3], color="#000000", strokeWidth=1)
        .encode(x=x, y=y, order="cost:Q")
    )
    words = _over(rows).mark_text(align="left", dx=7, dy=-5, fontSize=10).encode(x=x, y=y, text="label:N")
    spoken = "; ".join(f"{row['router']} {row['quality']:.1f} % for ${row['cost']:.2f}" for row in front)
    return View(
        f"pareto-{stream}",
        f"Cost and performance: {STREAMS[stream]}",
        f"Nothing that hasn't seen the answer is both better and cheaper than these, cheapest first: {spoken}.",
        _styled(alt.layer(step, points, words).properties(width=640, height=420)),
    )


def frontier(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that no other beats in both cost and quality, cheapest first."""
    kept: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda one: (one["cost"], -one["quality"])):
        if not kept or row["quality"] > kept[-1]["quality"]:
            kept.append(row)
    return kept


def _over(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(cast("Any", {"values": rows}))


def _styled(chart: Any) -> Chart:
    styled = chart.configure(font=FONT, background="white").configure_view(stroke=None)
    return cast("Chart", styled.configure_axis(labelFontSize=11, titleFontSize=12))
