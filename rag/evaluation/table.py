"""An evaluation as plain, aligned text, for people at a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from rag.documents.settling import printable
from rag.evaluation.evaluate import Evaluation, SystemResult
from rag.evaluation.measures import MEASURES, PASSAGE_MEASURES


def as_table(evaluation: Evaluation) -> str:
    """Return the figures as text, without a newline at the end."""
    return "\n\n".join(block for block in _blocks(evaluation) if block)


def _blocks(evaluation: Evaluation) -> Iterator[str]:
    dataset = evaluation.dataset
    unanswerable = sum(not question.answerable for question in dataset.questions)
    unverified = sum(not question.verified for question in dataset.questions)
    asked = f"{len(dataset.questions)} questions ({unanswerable} unanswerable)"
    heading = f"{dataset.name}: {asked}, {len(dataset.documents)} documents"
    notes = [f"  left out: {printable(name)}: {reason}" for name, reason in dataset.failed]
    if dataset.unplaced:
        notes.append(
            f"  left out: {dataset.unplaced} questions of which no document is known, as articles are held out"
        )
    if unverified:
        notes.append(f"  {unverified} questions are suggestions that nobody has verified: the figures flatter")
    yield "\n".join([heading, *notes])
    results = evaluation.systems
    yield _systems("documents", MEASURES, results)
    yield _systems("passages", PASSAGE_MEASURES, results)
    latency = [["latency, encoding included", "p50 ms", "p95 ms"]]
    yield _aligned(
        latency + [[name, *(f"{one.latency_ms[key]:.1f}" for key in ("p50", "p95"))] for name, one in results.items()]
    )
    yield _versus(results)
    yield from _groups(results)
    yield _answers(evaluation.answers)
    yield _refusal(evaluation.refusal)
    yield _writing(evaluation.writing)


def _systems(level: str, measures: Sequence[str], results: dict[str, SystemResult]) -> str:
    rows = [[level, measures[0], "95 %", *measures[1:]]]
    for name, result in results.items():
        figures = result.documents if level == "documents" else result.passages
        if figures:
            values = [_share(figures.overall[measure]) for measure in measures]
            rows.append([name, values[0], _interval(figures.intervals["overall"], measures[0]), *values[1:]])
    return (
        _aligned(rows) if rows[1:] else f"{level}: where the answers are is not known, so their ranking is not measured"
    )


def _versus(results: dict[str, SystemResult]) -> str:
    rows = [["nDCG@10 against the first", "difference", "p", "p (Holm)"]]
    tests = []
    for name, result in results.items():
        if versus := result.versus_first:
            rows.append([name, f"{versus['difference']:+.3f}", *(f"{versus[key]:.4f}" for key in ("p", "p_holm"))])
            tests.append(str(versus["test"]))
    return f"{_aligned(rows)}\n  {tests[0]}" if tests else ""


def _groups(results: dict[str, SystemResult]) -> Iterator[str]:
    """Yield nDCG@10 by language and by pair, a column a system."""
    first = next(iter(results.values())).documents
    if first is None:
        return
    for heading, kind in (("nDCG@10 by language", "by_language"), ("nDCG@10 by pair", "by_pair")):
        groups = getattr(first, kind)
        rows = [[heading, "questions", *(cell for name in results for cell in (name, "95 %"))]]
        for group, means in groups.items():
            row = [group, f"{means['questions']:.0f}"]
            for result in results.values():
                assert result.documents is not None
                row += [
                    _share(getattr(result.documents, kind)[group]["nDCG@10"]),
                    _interval(result.documents.intervals[kind][group], "nDCG@10"),
                ]
            rows.append(row)
        if len(groups) > 1:
            yield _aligned(rows)


def _answers(answers: dict[str, Any] | None) -> str:
    if answers is None:
        return "answers: no gold answers are known, so they are not measured"
    rows = [["gold answer in sentence", "questions", "@1", "@2", "@3", "F1", "EM", "refused"]]
    groups = {"all": answers, **answers["by_language"]} if len(answers["by_language"]) > 1 else {"all": answers}
    for group, figures in groups.items():
        shares = [*figures["gold_in_sentence"].values(), figures["F1"], figures["EM"], figures["refused"]]
        rows.append([group, str(figures["questions"]), *map(_share, shares)])
    return _aligned(rows)


def _refusal(refusal: dict[str, Any]) -> str:
    if refusal["AUROC"] is None:
        return "refusals: not measured, every question is answerable, or none; --hold-out 0.5 makes half unanswerable"
    keys = ("AUROC", "brier", "precision", "recall")
    heading = f"refusals below {refusal['threshold']}"
    cells = ["-" if refusal[key] is None else _share(refusal[key]) for key in keys]
    return _aligned([[heading, "unanswerable", *keys], ["", str(refusal["unanswerable"]), *cells]])


def _writing(writing: dict[str, Any] | None) -> str:
    if writing is None:
        return ""
    heads = ["F1", "gold in answer", "supported", "contradicted", "unsupported", "unmarked", "wrong unmarked"]
    rows = [[writing["model"] or "no answers", *heads, "cited: recall", "precision", "refused rightly", "of all"]]
    for mode in ("quoting", "loose", "strict"):
        figures = writing[mode]
        cells = [figures[head.replace(" ", "_")] for head in heads]
        cells += [figures["citations"]["recall"], figures["citations"]["precision"]]
        cells += [figures["refusal"]["precision"], figures["refusal"]["recall"]]
        rows.append([mode, *("-" if cell is None else _share(cell) for cell in cells)])
    made_up, failed = writing["made_up"], writing["failed"]
    marked = "" if made_up["marked"] is None else f", {_share(made_up['marked'])} of them marked"
    times = [writing[key] for key in ("first_token_ms", "first_sentence_ms")]
    seen = "" if None in times else f"; first token {times[0]:.0f} ms, first sentence {times[1]:.0f} ms"
    told = f"{made_up['sentences']} of {made_up['of']} sentences made up{marked}; {failed} answers failed{seen}"
    return f"{_aligned(rows)}\n  {told}"


def _share(value: float) -> str:
    return f"{value:.3f}"


def _interval(intervals: dict[str, list[float]] | None, measure: str) -> str:
    return "-" if intervals is None else "[{:.3f}, {:.3f}]".format(*intervals[measure])


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns: the first to the left, the others to the right.

    >>> print(_aligned([["a", "b"], ["long", "1"]]))
    a     b
    long  1
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
