"""What `rag check` does: everything but reading its arguments."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rag.checking.answers import Sources, check_sentences, is_flawless
from rag.checking.folder import plain, read_answer, read_folder, sources_of
from rag.checking.lines import check_lines
from rag.checking.loading import load_checker
from rag.checking.nearest import Nearest
from rag.embeddings import load_embedder
from rag.errors import RagError
from rag.models import Verdict
from rag.settings import Settings
from rag.text.markers import CitedSentence, cited_sentences

NOT_SUPPORTED = 3
"""The exit code when something is not supported."""
_SIGNS = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}
_AT_ONCE = 16
_NOTHING = Verdict("unsupported", 0.0, "the answer is empty: there is no sentence to check")


@dataclass(frozen=True)
class Checked:
    """A sentence, its verdict, and whether it is supported by sources that its markers really point at."""

    sentence: CitedSentence
    verdict: Verdict
    flawless: bool

    def as_json(self) -> dict[str, Any]:
        """Return it in the shape that `rag check --json` promises."""
        spans = [
            {"source": one.source, "start": one.start, "end": one.end, "text": one.text} for one in self.verdict.spans
        ]
        said = {"text": self.sentence.text, "language": self.sentence.language}
        markers = {"citations": list(self.sentence.citations), "unread": list(self.sentence.unread)}
        verdict = {"label": self.verdict.label, "score": round(self.verdict.score, 6), "reason": self.verdict.reason}
        return {**said, **markers, **verdict, "spans": spans}


def check_answer(answer: Path, sources: Path, settings: Settings, *, question: str = "", as_json: bool = False) -> int:
    """Print a verdict on every sentence of an answer; return the exit code.

    Raises:
        RagError: if the answer or the sources cannot be read.
    """
    text, folder = read_answer(answer), read_folder(sources)
    embedder = load_embedder(settings)
    body, found = sources_of(text, folder, Nearest(embedder))
    sentences = cited_sentences(plain(body), next(iter(folder.documents.values())).language)
    checker = load_checker(embedder)
    checked = []
    batches = range(0, len(sentences), _AT_ONCE)
    for start in tqdm(batches, "Checking", disable=True if as_json or len(batches) < 2 else None):
        some = sentences[start : start + _AT_ONCE]
        for sentence, verdict in zip(some, check_sentences(checker, some, found, question), strict=True):
            checked.append(Checked(sentence, verdict, is_flawless(sentence, found, verdict)))
    checked = checked or [Checked(CitedSentence("", "und"), _NOTHING, False)]
    for number, (source, error) in folder.failed.items():
        sys.stderr.write(f"rag: [{number}] {source}: {error}\n")
    if as_json:
        _say(json.dumps(_as_json(checked, found), ensure_ascii=False))
    else:
        _print(checked)
    return 0 if all(one.flawless for one in checked) else NOT_SUPPORTED


def check_stream(lines: Iterable[bytes], settings: Settings) -> int:
    """Print a verdict on each line of JSON as it comes; return the exit code.

    Raises:
        RagError: after the last line, if one could not be read.
    """
    embedder = load_embedder(settings)
    bad = total = failed = 0
    for verdict in check_lines(load_checker(embedder), lines, Nearest(embedder)):
        _say(json.dumps(verdict, ensure_ascii=False))
        total += 1
        bad += "error" in verdict
        failed += verdict.get("label") != "supported"
    if bad:
        raise RagError(f"{bad} of {total} lines could not be checked: in their place stands an `error`")
    return NOT_SUPPORTED if failed else 0


def _as_json(checked: Sequence[Checked], sources: Sources) -> dict[str, Any]:
    counts = {label: sum(one.verdict.label == label for one in checked) for label in _SIGNS}
    cited = {str(number): pieces[0].source for number, pieces in sources.cited.items() if pieces}
    return {"sentences": [one.as_json() for one in checked], **counts, "sources": cited}


def _print(checked: Sequence[Checked]) -> None:
    for one in checked:
        markers = "".join(f"[{number}]" for number in one.sentence.citations)
        sign, label = _SIGNS[one.verdict.label], one.verdict.label
        _say(f"{sign} {label:<12} {one.verdict.score:4.2f}  {one.sentence.text} {markers}".rstrip())
        _say(f"{'':21}{one.verdict.reason}")
        for proof in one.verdict.spans[:1]:
            _say(f"{'':21}{proof.source}: “{' '.join(proof.text.split())}”")
    counts = (f"{sum(one.verdict.label == label for one in checked)} {label}" for label in _SIGNS)
    flawed = sum(one.verdict.label == "supported" and not one.flawless for one in checked)
    told = f"; {flawed} supported, but with a marker that points at nothing" if flawed else ""
    _say(f"{len(checked)} {'sentence' if len(checked) == 1 else 'sentences'}: {', '.join(counts)}{told}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
