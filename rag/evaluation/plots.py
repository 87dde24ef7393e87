"""The report's plots, as inline SVG made by hand: lines and bars, in the page's own colours, light and dark.

Matplotlib would weigh tens of megabytes for four plots, and its SVG knows neither a page's colours nor its fonts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rag.evaluation.evaluate import Evaluation
from rag.evaluation.measures import CURVE

Interval = tuple[float, float] | None
Bars = Mapping[str, Mapping[str, tuple[float, Interval]]]
"""Label under the axis (its lines between newlines) → name of a series → value and its interval."""

SERIES = 6  # colours in the style sheet and marks below; more series than that repeat them
_MARKS = (
    ("●", "M-3.5,0a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0z"),
    ("■", "M-3.2,-3.2h6.4v6.4h-6.4z"),
    ("▲", "M0,-4.2L4.2,3.2H-4.2z"),
    ("◆", "M0,-4.8L4.4,0L0,4.8L-4.4,0z"),
    ("▼", "M0,4.2L4.2,-3.2H-4.2z"),
    ("✚", "M-4.2,-1.4h2.8v-2.8h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8z"),
)
_MOST_MARKED = 12  # points of a line: more marks than that would hide it
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 28, 52
_CAP, _DODGE = 3, 3


@dataclass(frozen=True)
class Frame:
    """What surrounds a plot.

    Args:
        key: unique in the page.
        title: what the plot shows.
        note: how to read it, in a line or two.
        x_label: under the x axis.
        y_label: above the y axis, with its unit.
        top: the largest value, at least; the axis ends at the next round number.
        wide: as wide as the page, for many groups of bars; scrolls on a phone.
    """

    key: str
    title: str
    note: str
    x_label: str
    y_label: str
    top: float = 1.0
    wide: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return (940, 300) if self.wide else (400, 280)

    @property
    def span(self) -> float:
        """Width of the part between the axes."""
        return self.size[0] - _LEFT - _RIGHT

    def x(self, share: float) -> float:
        """Return where 0…1 stands across."""
        return _LEFT + share * self.span

    def y(self, value: float) -> float:
        """Return where a value stands from above."""
        return _TOP + (1 - value / steps(self.top)[-1]) * (self.size[1] - _TOP - _BOTTOM)


@dataclass(frozen=True)
class Line:
    """A line through points (x in 0…1, y), with the intervals of some of them by number, and one point that is pointed out."""

    points: Sequence[tuple[float, float]]
    intervals: Mapping[int, Interval]
    ring: int | None = None


def steps(top: float) -> list[float]:
    """Return four to six round numbers from 0 to `top` or a little beyond.

    >>> steps(1), steps(381)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 100.0, 200.0, 300.0, 400.0])
    """
    power: float = 10.0 ** math.floor(math.log10(top / 5)) if top > 0 else 0.2
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * 5 >= top * (1 - 1e-9))
    return [round(number * step, 10) for number in range(math.ceil(top / step - 1e-9) + 1)] if top > 0 else [0.0, 1.0]


def evaluation_plots(evaluation: Evaluation, key: str) -> str:
    """Return the plots of an evaluation; `key` is unique in the page."""
    plots = (_languages(evaluation, key), _recall(evaluation, key), _risk(evaluation, key), _latency(evaluation, key))
    return "\n".join(filter(None, plots))


def _languages(evaluation: Evaluation, key: str) -> str:
    groups: dict[str, dict[str, tuple[float, Interval]]] = {}
    for name, result in evaluation.systems.items():
        if result.documents is None:
            return ""
        for language, means in result.documents.by_language.items():
            found = result.documents.intervals["by_language"][language]
            interval = (found["nDCG@10"][0], found["nDCG@10"][1]) if found else None
            groups.setdefault(f"{language}\nn = {means['questions']:.0f}", {})[name] = (means["nDCG@10"], interval)
    note = "Higher is better. Whiskers: 95 % intervals; few questions (n) make long ones, and a single one none."
    title = "nDCG@10 by the question’s language"
    return bar_plot(Frame(f"{key}-languages", title, note, "language of the question", "nDCG@10", wide=True), groups)


def _recall(evaluation: Evaluation, key: str) -> str:
    lines = {}
    for name, result in evaluation.systems.items():
        if result.documents is None:
            return ""
        found = result.documents.intervals["overall"] or {}
        lines[name] = Line(
            [(step / (len(CURVE) - 1), result.documents.recall_curve[f"R@{k}"]) for step, k in enumerate(CURVE)],
            {step: tuple(found[f"R@{k}"]) for step, k in enumerate(CURVE) if f"R@{k}" in found},
        )
    note = "Share of the relevant documents among the first k. Higher is better; whiskers: 95 % intervals."
    frame = Frame(f"{key}-recall", "Recall among the first k", note, "k, documents looked at (uneven scale)", "R@k")
    return line_plot(frame, lines, [(step / (len(CURVE) - 1), str(k)) for step, k in enumerate(CURVE)])


def _risk(evaluation: Evaluation, key: str) -> str:
    points, threshold = evaluation.refusal["risk_coverage"], evaluation.refusal["threshold"]
    if not points:
        return ""
    answered = [number for number, point in enumerate(points) if point["threshold"] >= threshold]
    ringed = f"; ringed: refused below {threshold}, as set" if answered else ""
    note = f"Share of wrong answers if only the surest questions are answered. Lower is better{ringed}."
    frame = Frame(f"{key}-risk", "Risk and coverage", note, "coverage: share answered", "risk: share wrong")
    line = Line([(point["coverage"], point["risk"]) for point in points], {}, answered[-1] if answered else None)
    ticks = [(step / 5, f"{step / 5:g}") for step in range(6)]
    return line_plot(frame, {next(iter(evaluation.systems)): line}, ticks)


def _latency(evaluation: Evaluation, key: str) -> str:
    latency = {name: result.latency_ms for name, result in evaluation.systems.items()}
    top = max(value for values in latency.values() for value in values.values())
    groups: Bars = {
        label: {name: (values[percentile], None) for name, values in latency.items()}
        for percentile, label in (("p50", "median"), ("p95", "95th percentile"))
    }
    told = "Of one retrieval, the encoding of its question included, warm. Lower is better."
    frame = Frame(f"{key}-latency", "Latency", told, "", "milliseconds", top)
    return bar_plot(frame, groups, digits=0 if top >= 10 else 1)


def line_plot(frame: Frame, lines: Mapping[str, Line], ticks: Sequence[tuple[float, str]]) -> str:
    """Return a plot of lines; `ticks` are x (0…1) and its label."""
    parts = [_grid(frame), *(_text(frame.x(x), frame.size[1] - _BOTTOM + 17, label) for x, label in ticks)]
    told = []
    for number, (name, line) in enumerate(lines.items()):
        places = [(frame.x(x), frame.y(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        shift = (number - (len(lines) - 1) / 2) * _DODGE  # whiskers side by side
        whiskers = (_whisker(frame, places[at][0] + shift, line.intervals[at]) for at in sorted(line.intervals))
        marked = places if len(places) <= _MOST_MARKED else []
        shape = _MARKS[number % SERIES][1]
        marks = "".join(f'<path class="mark" d="{shape}" transform="translate({x:.1f} {y:.1f})"/>' for x, y in marked)
        ring = (
            ""
            if line.ring is None
            else '<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="6"/>'.format(*places[line.ring])
        )
        parts.append(
            f'<g class="s{number % SERIES}">{"".join(whiskers)}<polyline class="line" points="{path}"/>{marks}{ring}</g>'
        )
        told.append(f"{name}: " + ", ".join(f"{dict(ticks).get(x, f'{x:g}')}: {y:.3f}" for x, y in line.points))
    return _figure(frame, parts, [(name, _MARKS[number % SERIES][0]) for number, name in enumerate(lines)], told)


def bar_plot(frame: Frame, groups: Bars, *, digits: int | None = None) -> str:
    """Return bars side by side, with their intervals as whiskers, and with `digits`, their values above them."""
    names = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    slot = frame.span / max(1, len(groups))
    width = min(46.0, 0.84 * slot / max(1, len(names)))
    parts = [_grid(frame)]
    for place, (group, bars) in enumerate(groups.items()):
        middle = _LEFT + (place + 0.5) * slot
        for row, label in enumerate(group.split("\n")):
            parts.append(_text(middle, frame.size[1] - _BOTTOM + 17 + 13 * row, label, "small" if row else ""))
        for name, (value, interval) in bars.items():
            number = names.index(name)
            left = middle + (number - len(names) / 2) * width
            parts.append(
                f'<rect class="bar s{number % SERIES}" x="{left:.1f}" y="{frame.y(value):.1f}" width="{width * 0.9:.1f}" '
                f'height="{frame.y(0) - frame.y(value):.1f}"><title>{escape(_told(group, name, value))}</title></rect>'
            )
            parts.append(_whisker(frame, left + width * 0.45, interval))
            if digits is not None:
                parts.append(_text(left + width * 0.45, frame.y(value) - 5, f"{value:,.{digits}f}", "small"))
    told = [_told(group, name, value) for group, bars in groups.items() for name, (value, _) in bars.items()]
    return _figure(frame, parts, [(name, "■") for name in names], told)


def _told(group: str, name: str, value: float) -> str:
    return f"{group.replace(chr(10), ', ')}, {name}: {value:.3f}"


def _figure(frame: Frame, parts: Sequence[str], names: Sequence[tuple[str, str]], told: Sequence[str]) -> str:
    legend = " ".join(
        f'<span class="key s{number % SERIES}"><span aria-hidden="true">{sign}</span> {escape(name)}</span>'
        for number, (name, sign) in enumerate(names)
    )
    parts = [*parts, _text(_LEFT - 40, 14, frame.y_label, "y-label")]
    parts.append(_text(_LEFT + frame.span / 2, frame.size[1] - 6, frame.x_label))
    title, description = f"{frame.key}-title", f"{frame.key}-desc"
    svg = (
        f'<svg role="img" aria-labelledby="{title}" aria-describedby="{description}" '
        f'viewBox="0 0 {frame.size[0]} {frame.size[1]}">'
        f'<title id="{title}">{escape(frame.title)}</title><desc id="{description}">{escape("; ".join(told))}</desc>'
        f"{''.join(parts)}</svg>"
    )
    if frame.wide:
        svg = f'<div class="scroll" role="region" aria-label="{escape(frame.title)}" tabindex="0">{svg}</div>'
    return (
        f'<figure class="{"wide" if frame.wide else "narrow"}"><figcaption>{escape(frame.title)}</figcaption>'
        f'<p class="note">{escape(frame.note)}</p><p class="legend">{legend}</p>{svg}</figure>'
    )


def _grid(frame: Frame) -> str:
    parts = []
    values = steps(frame.top)
    for value in values:
        y = frame.y(value)
        kind = "grid" if value else "axis"
        parts.append(f'<line class="{kind}" x1="{_LEFT}" x2="{frame.size[0] - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        label = f"{value:,.0f}" if values[1] >= 1 else f"{value:g}"
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return "".join(parts)


def _whisker(frame: Frame, x: float, interval: Interval) -> str:
    if interval is None:
        return ""
    low, high = frame.y(interval[0]), frame.y(interval[1])
    caps = "".join(f"M{x - _CAP:.1f},{y:.1f}h{2 * _CAP}" for y in (low, high))
    return f'<path class="whisker" d="M{x:.1f},{low:.1f}V{high:.1f}{caps}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>' if text else ""
