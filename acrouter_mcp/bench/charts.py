"""The three evidence views, drawn by altair from a summary.

Readable without colour: cells carry their numbers, lines their dashes and shapes, points their shapes and names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import altair as alt

from acrouter_mcp.bench.labels import beside, spread

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (1, 3), (10, 2), (4, 1, 1, 1), (12, 4), (3, 6), (6, 2, 1, 2), (2, 5))
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
INK = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b6b6b")
"""Okabe and Ito's colours, black first, yellow left out for white paper."""
FONT = "Liberation Sans, Arial, sans-serif"
MEASURES = (
    ("quality", "Mean quality", ".2f", False),
    ("cost_usd", "Mean cost, USD a task", ".4f", True),
    ("quality_per_usd", "Quality per USD", ",.0f", True),
)
PADDING = 14
"""Pixels, for browsers whose letters are wider than those that the drawing was measured with."""
WIDE, HIGH = 620, 400
"""Pixels of a plot."""
CEILINGS = ("has seen the answer", "cascade with a perfect verifier")
"""Families that no router can be in: they bound what one could reach."""
NAMED = ("oracle", "acrouter", "acrouter_released", "acrouter_cascade:true_score@2", "acrouter_cascade:true_label@2")
"""Rows that are named beside those of the frontier."""
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
        found.append(_complementarity(summary, stream))
        if summary["curves"][stream]:
            found.append(_regret(summary, stream))
        found.append(_pareto(summary, stream))
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
    scale = alt.Scale(
        type="log" if log else "linear",
        range=["#ffffff", "#8fb4d9"],
        domain=[min(values), max(values)],
        interpolate="rgb",
    )
    shades = [{**row, "shade": max(row[field] or 0.0, min(values))} for row in rows]  # a logarithm has no zero
    groups = len({row["group"] for row in rows})
    base = _over(shades).encode(
        x=alt.X("model:N", title=None, axis=alt.Axis(labelAngle=-25, labels=last, ticks=last)),
        y=alt.Y("group:N", title=None, axis=alt.Axis(labelLimit=0)),
    )
    cells = base.mark_rect(stroke="#999999", strokeWidth=0.5).encode(
        color=alt.Color("shade:Q", scale=scale, legend=None)
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
    marks = [
        row
        for place, name in enumerate(order)
        for row in [one for one in rows if one["router"] == name][4 + place % 4 :: 8]
    ]
    end, top = max(row["tasks"] for row in rows), 1.02 * max(row["high"] for row in rows)
    channel = _by_router(order)
    x = alt.X("tasks:Q", title="tasks so far", axis=alt.Axis(tickCount=8), scale=alt.Scale(domain=[0, end], nice=False))
    y = alt.Y("mean:Q", title="cumulative regret", scale=alt.Scale(domain=[0, top], nice=False))
    band = _over(rows).mark_area(opacity=0.12).encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=channel["color"])
    line = _over(rows).mark_line(strokeWidth=1.6).encode(x=x, y=y, color=channel["color"], strokeDash=channel["dash"])
    points = (
        _over(marks).mark_point(filled=True, size=45).encode(x=x, y=y, color=channel["color"], shape=channel["shape"])
    )
    ends = "; ".join(f"{name} {curves[name]['mean'][-1]:.0f}" for name in reversed(order))
    return View(
        f"regret-{stream}",
        f"Cumulative regret: {STREAMS[stream]}",
        f"At the end of the stream, least first: {ends}. Bands hold 80 % of the orders.",
        _styled(
            alt.layer(band, line, points, *_names(curves, order, top, channel["shape"])).properties(
                width=WIDE, height=HIGH
            )
        ),
    )


def _names(curves: Mapping[str, Any], order: list[str], top: float, shape: alt.Shape) -> list[alt.Chart]:
    """Return each curve's shape and name right of its end."""
    ends = [curves[name]["mean"][-1] for name in order]
    middles = spread([HIGH * (1 - end / top) for end in ends])
    rows = [
        {"router": name, "words": f"{name}  {end:.0f}", "end": end, "name": top * (1 - middle / HIGH)}
        for name, end, middle in zip(order, ends, middles, strict=True)
    ]
    y = alt.Y("name:Q")
    return [
        _over(rows)
        .mark_rule(strokeWidth=0.6, color="#777777")
        .encode(x=alt.value(WIDE + 1), x2=alt.value(WIDE + 14), y=alt.Y("end:Q"), y2="name:Q"),
        _over(rows)
        .mark_point(filled=True, size=55)
        .encode(x=alt.value(WIDE + 20), y=y, color=alt.Color("router:N"), shape=shape),
        _over(rows).mark_text(align="left", fontSize=11).encode(x=alt.value(WIDE + 28), y=y, text="words:N"),
    ]


def _by_router(order: list[str]) -> dict[str, Any]:
    """Return colour, dash and shape per router; the names stand at the lines' ends."""
    count = len(order)
    return {
        "color": alt.Color("router:N", scale=_cycle(order, INK, count), sort=order, legend=None),
        "dash": alt.StrokeDash("router:N", scale=_cycle(order, DASHES, count), sort=order, legend=None),
        "shape": alt.Shape("router:N", scale=_cycle(order, SHAPES, count), sort=order, legend=None),
    }


def _cycle(domain: list[str], values: Any, count: int) -> alt.Scale:
    return alt.Scale(domain=domain, range=[values[at % len(values)] for at in range(count)])


def _pareto(summary: Mapping[str, Any], stream: str) -> View:
    rows = [
        {"router": name, "cost": row["cost_usd"], "quality": row["avg_perf"], "family": _family(summary, name, row)}
        for name, row in summary["table"][stream]["complete"].items()
        if not name.startswith("acrouter_ablation") and row["cost_usd"] > 0
    ]
    front = frontier([row for row in rows if row["family"] not in CEILINGS])
    named = {row["router"] for row in front} | {name for name in NAMED if name in summary["table"][stream]["complete"]}
    cheapest, dearest = min(row["cost"] for row in rows) / 1.3, 1.5 * max(row["cost"] for row in rows)
    least, most = min(row["quality"] for row in rows) - 2, max(row["quality"] for row in rows) + 2
    places = [
        (
            WIDE * math.log(row["cost"] / cheapest) / math.log(dearest / cheapest),
            HIGH * (most - row["quality"]) / (most - least),
        )
        for row in rows
    ]
    labels = [row["router"] if row["router"] in named else "" for row in rows]
    words = [
        {
            "cost": cheapest * (dearest / cheapest) ** (left / WIDE),
            "quality": most - down / HIGH * (most - least),
            "label": label,
            "of_cost": row["cost"],
            "of_quality": row["quality"],
        }
        for row, (left, down), label in zip(rows, beside(places, labels, WIDE), labels, strict=True)
        if label
    ]
    families = sorted({row["family"] for row in rows})
    scale = alt.Scale(type="log", domain=[cheapest, dearest], nice=False)
    x = alt.X("cost:Q", scale=scale, title="cost of the whole stream, USD (logarithmic)")
    y = alt.Y("quality:Q", scale=alt.Scale(domain=[least, most], nice=False), title="mean quality, %")
    legend = alt.Legend(title=None, orient="bottom", columns=3, columnPadding=30, labelLimit=0, symbolSize=80)
    points = (
        _over(rows)
        .mark_point(size=80, filled=True, opacity=0.9)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("family:N", scale=_cycle(families, SHAPES, len(families)), legend=legend),
            color=alt.Color("family:N", scale=_cycle(families, INK, len(families)), legend=legend),
        )
    )
    step = (
        _over(front)
        .mark_line(interpolate="step-after", strokeDash=[4, 3], color="#000000", strokeWidth=1)
        .encode(x=x, y=y, order="cost:Q")
    )
    leads = _over(words).mark_rule(strokeWidth=0.5, color="#777777").encode(x=x, y=y, x2="of_cost:Q", y2="of_quality:Q")
    text = _over(words).mark_text(align="left", fontSize=11).encode(x=x, y=y, text="label:N")
    spoken = "; ".join(f"{row['router']} {row['quality']:.1f} % for ${row['cost']:.2f}" for row in front)
    return View(
        f"pareto-{stream}",
        f"Cost and performance: {STREAMS[stream]}",
        "Of what has neither seen the answer nor a perfect verifier, nothing is both better and cheaper than these, "
        f"cheapest first: {spoken}.",
        _styled(alt.layer(leads, step, points, text).properties(width=WIDE, height=HIGH)),
    )


def _family(summary: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> str:
    if row["seen_answer"]:
        return CEILINGS[0]
    return CEILINGS[1] if ":true_" in name else str(summary["rows"][name]["family"])


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
    styled = chart.configure(font=FONT, background="white", padding=PADDING).configure_view(stroke=None)
    return cast("Chart", styled.configure_axis(labelFontSize=11, titleFontSize=12))
