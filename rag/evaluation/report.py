"""The evaluation as one page that needs nothing else: no script, no request, light and dark, any direction of text."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.errors import RagError
from rag.evaluation.evaluate import Evaluation
from rag.evaluation.measures import CURVE
from rag.evaluation.plots import bar_plot, line_plot
from rag.evaluation.table import as_table
from rag.evaluation.worst import Miss, worst_questions

_EXCERPT = 300  # characters of the passage that came first
_STYLE = Path(__file__).with_name("report.css")


def write_report(evaluations: Sequence[Evaluation], folder: Path) -> Path:
    """Write `folder/index.html`, in place of an earlier one, and return its path.

    Raises:
        RagError: if it cannot be written.
    """
    page = folder / "index.html"
    try:
        page.write_text(as_page(evaluations), "utf-8")
    except OSError as error:
        raise RagError(f"{page} cannot be written ({error.strerror}): give --report another folder") from error
    return page


def as_page(evaluations: Sequence[Evaluation]) -> str:
    """Return the whole page."""
    sections = "\n".join(_section(evaluation) for evaluation in evaluations)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # Should anything slip through the escaping, the browser still loads and runs nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Evaluation</title>\n'
        f"<style>\n{_STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<h1>Evaluation</h1>\n{sections}\n</body>\n</html>\n"
    )


def _section(evaluation: Evaluation) -> str:
    plots = "\n".join(plot for plot in _plots(evaluation) if plot)
    return (
        f'<section>\n<h2 dir="auto">{escape(evaluation.dataset.name)}</h2>\n<pre>{escape(as_table(evaluation))}</pre>\n'
        f'<div class="plots">\n{plots}\n</div>\n{_worst(evaluation)}\n</section>'
    )


def _plots(evaluation: Evaluation) -> list[str]:
    return [_recall(evaluation), _languages(evaluation), _risk(evaluation), _latency(evaluation)]


def _recall(evaluation: Evaluation) -> str:
    lines = {
        name: [(step / (len(CURVE) - 1), result.documents.recall_curve[f"R@{k}"]) for step, k in enumerate(CURVE)]
        for name, result in evaluation.systems.items()
        if result.documents
    }
    ticks = [(step / (len(CURVE) - 1), str(k)) for step, k in enumerate(CURVE)]
    title = "Recall of the relevant documents among the first k"
    return line_plot(lines, title=title, x_label="k", y_label="R@k", ticks=ticks) if lines else ""


def _languages(evaluation: Evaluation) -> str:
    groups: dict[str, dict[str, tuple[float, tuple[float, float] | None]]] = {}
    for name, result in evaluation.systems.items():
        if result.documents is None:
            return ""
        for language, means in result.documents.by_language.items():
            intervals = result.documents.intervals["by_language"][language]
            interval = (intervals["nDCG@10"][0], intervals["nDCG@10"][1]) if intervals else None
            groups.setdefault(language, {})[name] = (means["nDCG@10"], interval)
    return bar_plot(groups, title="By the question's language, with 95 % intervals", y_label="nDCG@10")


def _risk(evaluation: Evaluation) -> str:
    points = [(point["coverage"], point["risk"]) for point in evaluation.refusal["risk_coverage"]]
    ticks = [(step / 5, f"{step / 5:.1f}") for step in range(6)]
    name = next(iter(evaluation.systems))
    title = "Risk and coverage: the share of wrong answers if only the surest questions are answered"
    lines = {name: points}
    return line_plot(lines, title=title, x_label="coverage", y_label="risk", ticks=ticks) if points else ""


def _latency(evaluation: Evaluation) -> str:
    latency = {name: result.latency_ms for name, result in evaluation.systems.items()}
    most = max(value for values in latency.values() for value in values.values())
    groups: dict[str, dict[str, tuple[float, tuple[float, float] | None]]] = {
        f"{key}: " + ", ".join(f"{values[key]:.0f}" for values in latency.values()): {
            name: (values[key] / most, None) for name, values in latency.items()
        }
        for key in ("p50", "p95")
    }
    return bar_plot(groups, title="Latency of a retrieval, in ms", y_label=f"1.0 = {most:,.0f} ms")


def _worst(evaluation: Evaluation) -> str:
    misses = worst_questions(evaluation)
    if not misses:
        return ""
    name = next(iter(evaluation.systems))
    rows = "\n".join(map(_row, misses))
    return (
        f"<h3>The {len(misses)} worst questions of {escape(name)}</h3>\n<table>\n<thead><tr><th>question<th>nDCG@10"
        f"<th>found at<th>expected<th>came first</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _row(miss: Miss) -> str:
    expected = "".join(
        f'<p dir="auto"><q>{escape(quote)}</q></p><p class="source" dir="auto">{escape(source)}</p>'
        for source, quote in miss.expected
    )
    first = "<p>nothing</p>"
    if miss.first:
        text = miss.first.text[:_EXCERPT] + ("…" if len(miss.first.text) > _EXCERPT else "")
        first = (
            f'<p class="source" dir="auto">{escape(miss.first.title or miss.first.source)}</p>'
            f'<p dir="auto">{escape(text)}</p><p class="source" dir="auto">{escape(miss.first.source)}</p>'
        )
    return (
        f'<tr><td><p dir="auto">{escape(miss.question)}</p><p class="source">{escape(miss.id)} · {escape(miss.language)}</p>'
        f"<td>{miss.score:.3f}<td>{miss.rank or '–'}<td>{expected}<td>{first}</tr>"
    )
