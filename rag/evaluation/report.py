"""The evaluation as one page that needs nothing else: no script, no request, light and dark, any direction of text."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import NamedTuple

from rag import __version__
from rag.documents.settling import printable
from rag.embeddings import model_name
from rag.errors import RagError
from rag.evaluation.evaluate import Evaluation
from rag.evaluation.measures import MEASURES, PASSAGE_MEASURES
from rag.evaluation.plots import evaluation_plots
from rag.evaluation.retrieving import Figures
from rag.evaluation.worst import language_name, worst_section
from rag.settings import Settings

SIGNIFICANT = 0.05  # of p, corrected
_STYLE = Path(__file__).with_name("report.css")
_RANKING = {
    "nDCG@10": "how high the relevant ones stand among the first ten; 1: all on top.",
    "R@k": "share of a question’s relevant ones that are among the first k.",
    "RR@10": "1 ÷ the rank of the first relevant one (first: 1, second: 0.5), 0 beyond the tenth.",
    "AP": "average precision: how pure the ranking is down to each relevant one.",
}
_INTERVAL = {
    "0.1…0.2": "95 % bootstrap interval: where the mean may lie for other questions of this kind; – for a single one."
}
_SUCCESS = {
    "Success@k": "share of questions with a relevant passage (one that holds the answer whole) among the first k."
}
_PAIR = {"A → B": "questions in A that a document in B answers; relevant documents in other languages are taken out."}
_LATENCY = {
    "median": "half of the retrievals took no longer; warm, one at a time, on the machine that made this page.",
    "95th percentile": "one retrieval in twenty took longer.",
}
_ANSWERS = {
    "in 1, in 2, in 3": "share of answers with a gold answer in the first one, two, three sentences; refused: wrong.",
    "F1": "words that the shortest quote of the first sentence shares with a gold answer; low where whole sentences are quoted.",
    "EM": "share of answers whose quote is a gold answer and nothing more.",
    "refused": "share of answerable questions that were refused.",
}
_REFUSALS = {
    "AUROC": "how often an answerable question has more evidence than an unanswerable one; 0.5 is chance.",
    "Brier": "mean squared error of the evidence as a probability; 0 is best, 0.25 is always saying one half.",
    "precision": "share of the refused questions that are unanswerable.",
    "recall": "share of the unanswerable questions that were refused.",
}


class _Cell(NamedTuple):
    value: str
    interval: str = ""
    best: bool = False


_Rows = Sequence[Sequence[_Cell]]


def write_report(evaluations: Sequence[Evaluation], folder: Path, settings: Settings) -> Path:
    """Write `folder/index.html`, in place of an earlier one, and return its path; `settings` are those of the evaluations.

    Raises:
        RagError: if it cannot be written.
    """
    page = folder / "index.html"
    try:
        page.write_text(as_page(evaluations, settings), "utf-8")
    except OSError as error:
        raise RagError(f"{page} cannot be written ({error.strerror}): give --report another folder") from error
    return page


def as_page(evaluations: Sequence[Evaluation], settings: Settings) -> str:
    """Return the whole page."""
    names = ", ".join(one.dataset.name for one in evaluations)
    sections = "\n".join(_section(evaluation, f"d{number}") for number, evaluation in enumerate(evaluations))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # Should anything slip through the escaping, the browser still loads and runs nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Evaluation: {escape(names)}</title>\n<style>\n{_STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Evaluation</h1>\n{_made(settings)}\n{sections}\n</main>\n</body>\n</html>\n"
    )


def _made(settings: Settings) -> str:
    """Return how the page was made."""
    facts = {
        "Made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC by Sanad {__version__}, rag evaluate",
        "Embedding model": model_name(settings),
        "Index": f"passages of up to {settings.chunk_tokens} tokens; sentences shared by neighbours: {settings.chunk_overlap}",
        "Asked": f"{settings.passages} passages retrieved for an answer, refused below {settings.refuse_below} of evidence",
    }
    return _facts(facts)


def _section(evaluation: Evaluation, key: str) -> str:
    dataset = evaluation.dataset
    unanswerable = sum(not question.answerable for question in dataset.questions)
    unverified = sum(not question.verified for question in dataset.questions)
    asked = sorted({language_name(question.language) for question in dataset.questions})
    written = sorted({language_name(document.language) for document in dataset.documents})
    facts = {
        "Documents": f"{len(dataset.documents):,}, in {', '.join(written)}",
        "Questions": f"{len(dataset.questions):,}, {unanswerable:,} of them unanswerable, in {', '.join(asked)}",
    }
    if unverified:
        facts["Mind"] = f"{unverified:,} questions are suggestions that nobody has verified: the figures flatter"
    if dataset.unplaced:
        facts["Not asked"] = f"{dataset.unplaced:,} questions of which no document is known, as articles are held out"
    if dataset.failed:
        facts["Left out"] = "; ".join(f"{printable(name)}: {reason}" for name, reason in dataset.failed)
    blocks = [
        f'<h2 dir="auto">{escape(dataset.name)}</h2>',
        _facts(facts),
        *_retrieval(evaluation),
        f'<h3>Plots</h3>\n<div class="plots">\n{evaluation_plots(evaluation, key)}\n</div>',
        *_by_group(evaluation),
        *_answering(evaluation),
        worst_section(evaluation),
    ]
    return "<section>\n" + "\n".join(filter(None, blocks)) + "\n</section>"


def _retrieval(evaluation: Evaluation) -> Iterator[str]:
    yield "<h3>Retrieval</h3>"
    results = evaluation.systems
    documents = {name: result.documents for name, result in results.items() if result.documents}
    passages = {name: result.passages for name, result in results.items() if result.passages}
    if documents:
        yield f"<ul>\n{''.join(f'<li>{escape(line)}</li>' for line in _in_words(evaluation))}\n</ul>"
        yield _measured("Documents", documents, MEASURES, _RANKING | _INTERVAL)
    else:
        yield '<p class="note">Where the answers are is not known, so the ranking is not measured.</p>'
    if passages:
        yield _measured("Passages", passages, PASSAGE_MEASURES, _SUCCESS)
    values = [[one.latency_ms["p50"], one.latency_ms["p95"]] for one in results.values()]
    rows = _marked([[(value, f"{value:,.0f} ms", "") for value in row] for row in values], lowest=True)
    yield _table("Latency of a retrieval", ["system", "median", "95th percentile"], list(results), rows, _LATENCY)


def _in_words(evaluation: Evaluation) -> Iterator[str]:
    (first, result), *others = evaluation.systems.items()
    assert result.documents is not None
    scores = result.documents.scores.values()
    ahead, among = (sum(one[f"Success@{k}"] for one in scores) / len(scores) for k in (1, 10))
    yield (
        f"{first}: a relevant document comes first for {ahead:.0%} of the {len(scores)} questions whose documents are known, "
        f"and stands among the first ten for {among:.0%}."
    )
    for name, other in others:
        if versus := other.versus_first:
            gap, p = versus["difference"], versus["p_holm"]
            than = (
                f"{abs(gap):.3f} {'better' if gap > 0 else 'worse'} than" if abs(gap) >= 0.0005 else "no different from"
            )
            told = "this is significant" if p < SIGNIFICANT else "this may well be chance: not significant"
            yield f"{name} is {than} {first} in nDCG@10; {told} (p {'< 0.001' if p < 0.001 else f'= {p:.3f}'})."
    if tests := [other.versus_first["test"] for _, other in others if other.versus_first]:
        yield f"p: how likely so large a difference is if both are alike, below {SIGNIFICANT} significant; {tests[0]}."


def _measured(level: str, of: dict[str, Figures], measures: Sequence[str], meaning: dict[str, str]) -> str:
    rows = [[_mean(one.overall, one.intervals["overall"], name) for name in measures] for one in of.values()]
    return _table(f"{level}: how well they are ranked", ["system", *measures], list(of), _marked(rows), meaning)


def _by_group(evaluation: Evaluation) -> Iterator[str]:
    every = {name: result.documents for name, result in evaluation.systems.items() if result.documents}
    for what, kind in (("language", "by_language"), ("pair of question’s and document’s language", "by_pair")):
        groups: dict[str, dict[str, float]] = getattr(next(iter(every.values()), None), kind, {})
        if len(groups) < 2:
            continue
        names = [" → ".join(map(language_name, group.split("→"))) for group in groups]
        rows = []
        for group, means in groups.items():
            cells = [[_mean(getattr(one, kind)[group], one.intervals[kind][group])] for one in every.values()]
            rows.append([_Cell(f"{means['questions']:.0f}"), *(row[0] for row in _marked(cells))])
        meaning = {} if kind == "by_language" else _PAIR
        yield _table(f"nDCG@10 by {what}", ["language", "questions", *every], names, rows, meaning, "long")


def _answering(evaluation: Evaluation) -> Iterator[str]:
    name = next(iter(evaluation.systems))
    yield "<h3>Answers and refusals</h3>"
    answers, refusal = evaluation.answers, evaluation.refusal
    if answers:
        groups = {"all": answers, **(answers["by_language"] if len(answers["by_language"]) > 1 else {})}
        rows = []
        for figures in groups.values():
            shares = [*figures["gold_in_sentence"].values(), figures["F1"], figures["EM"], figures["refused"]]
            rows.append([_Cell(str(figures["questions"])), *(_Cell(f"{share:.3f}") for share in shares)])
        heads = ["language", "questions", "in 1", "in 2", "in 3", "F1", "EM", "refused"]
        yield _table(f"Answers of {name}", heads, list(map(language_name, groups)), rows, _ANSWERS)
    else:
        yield '<p class="note">No gold answers are known, so answers are not measured.</p>'
    if refusal["AUROC"] is None:
        yield '<p class="note">Refusals are not measured: every question is answerable, or none; try --hold-out 0.5.</p>'
        return
    found = [refusal[key] for key in ("AUROC", "brier", "precision", "recall")]
    cells = [_Cell("–" if value is None else f"{value:.3f}") for value in found]
    caption = f"Refusals of {name}, below {refusal['threshold']} of evidence"
    rows = [[_Cell(str(refusal["questions"])), _Cell(str(refusal["unanswerable"])), *cells]]
    yield _table(caption, ["system", "questions", "unanswerable", *_REFUSALS], [name], rows, _REFUSALS)


def _marked(rows: Sequence[Sequence[tuple[float, str, str]]], *, lowest: bool = False) -> list[list[_Cell]]:
    """Return cells, the best of each column marked where it is not the same in all rows."""
    best = []
    for column in zip(*rows, strict=True):
        shown = {text for _, text, _ in column}
        best.append((min if lowest else max)(column, key=lambda one: one[0])[1] if len(shown) > 1 else None)
    return [[_Cell(text, small, text == top) for (_, text, small), top in zip(row, best, strict=True)] for row in rows]


def _table(
    caption: str, heads: Sequence[str], names: Sequence[str], rows: _Rows, meaning: dict[str, str], kind: str = "short"
) -> str:
    compared = "; the best is bold" if any(cell.best for row in rows for cell in row) else ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, row))}</tr>'
        for name, row in zip(names, rows, strict=True)
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table class="{kind}">\n'
        f"<caption>{escape(caption)}{compared}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
        f"{_facts(meaning, 'meaning') if meaning else ''}"
    )


def _cell(cell: _Cell) -> str:
    value = f'<strong>{cell.value}<span class="hidden"> (best)</span></strong>' if cell.best else cell.value
    return f"<td>{value}{f' <small>{cell.interval}</small>' if cell.interval else ''}</td>"


def _mean(
    means: dict[str, float], intervals: dict[str, list[float]] | None, measure: str = "nDCG@10"
) -> tuple[float, str, str]:
    interval = "–" if intervals is None else "{:.3f}…{:.3f}".format(*intervals[measure])
    return means[measure], f"{means[measure]:.3f}", interval


def _facts(facts: dict[str, str], kind: str = "facts") -> str:
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(told)}</dd></div>\n" for name, told in facts.items())
    return f'<dl class="{kind}">\n{rows}</dl>'
