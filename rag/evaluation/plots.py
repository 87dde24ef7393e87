"""The report's plots, as inline SVG made by hand: lines and bars, in the page's own colours, light and dark.

Matplotlib would weigh tens of megabytes for four plots, and its SVG knows neither a page's colours nor its fonts.
"""

from collections.abc import Mapping, Sequence
from html import escape

Points = Sequence[tuple[float, float]]
"""x and y, both in 0…1."""

_WIDTH, _HEIGHT = 460, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 40
_SPAN_X, _SPAN_Y = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
SERIES = 6  # colours in the style sheet; more lines than that repeat them


def line_plot(
    lines: Mapping[str, Points], *, title: str, x_label: str, y_label: str, ticks: Sequence[tuple[float, str]]
) -> str:
    """Return a plot of lines.

    Args:
        lines: name → points.
        title: what the plot shows, for those who cannot see it as well.
        x_label: under the x axis.
        y_label: above the y axis, in the legend's row.
        ticks: x (0…1) and its label.
    """
    parts = [_grid(), *(_text(_x(x), _HEIGHT - _BOTTOM + 14, label, "middle") for x, label in ticks)]
    parts.append(_text(_LEFT + _SPAN_X / 2, _HEIGHT - 8, x_label, "middle"))
    for number, (name, points) in enumerate(lines.items()):
        path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
        parts.append(
            f'<polyline class="line s{number % SERIES}" points="{path}"><title>{escape(name)}</title></polyline>'
        )
    return _figure(title, y_label, parts, list(lines))


def bar_plot(
    groups: Mapping[str, Mapping[str, tuple[float, tuple[float, float] | None]]], *, title: str, y_label: str
) -> str:
    """Return bars of 0…1 side by side, with their intervals as whiskers.

    Args:
        groups: label under the axis → name of a series → value and its interval.
        title: what the plot shows.
        y_label: what the bars' height is.
    """
    names = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    slot = _SPAN_X / max(1, len(groups))
    width = 0.8 * slot / max(1, len(names))
    parts = [_grid()]
    for place, (group, bars) in enumerate(groups.items()):
        middle = _LEFT + (place + 0.5) * slot
        parts.append(_text(middle, _HEIGHT - _BOTTOM + 14, group, "middle"))
        for name, (value, interval) in bars.items():
            number = names.index(name)
            left = middle - 0.4 * slot + number * width
            parts.append(
                f'<rect class="bar s{number % SERIES}" x="{left:.1f}" y="{_y(value):.1f}" width="{width * 0.9:.1f}" '
                f'height="{_y(0) - _y(value):.1f}"><title>{escape(f"{group}, {name}: {value:.3f}")}</title></rect>'
            )
            if interval:
                centre = left + width * 0.45
                parts.append(
                    f'<line class="whisker" x1="{centre:.1f}" x2="{centre:.1f}" y1="{_y(interval[0]):.1f}" '
                    f'y2="{_y(interval[1]):.1f}"/>'
                )
    return _figure(title, y_label, parts, names)


def _figure(title: str, y_label: str, parts: Sequence[str], names: Sequence[str]) -> str:
    legend = " ".join(
        f'<span class="key s{number % SERIES}">{escape(name)}</span>' for number, name in enumerate(names)
    )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><p class="legend"><span>{escape(y_label)}</span> {legend}</p>'
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{"".join(parts)}</svg></figure>'
    )


def _grid() -> str:
    parts = []
    for step in range(6):
        y = _y(step / 5)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 6, y + 4, f"{step / 5:.1f}", "end"))
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(value: float) -> float:
    return _LEFT + value * _SPAN_X


def _y(value: float) -> float:
    return _TOP + (1 - value) * _SPAN_Y
