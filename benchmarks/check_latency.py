"""How long does a verdict take? Run: `python benchmarks/check_latency.py [--json] [--rounds N]`.

Answers of five sentences are checked against the five passages of `seeds/` that they cite, one answer after another, warm. No
sentence is in its passage word for word: three are a sentence of it with its last words left out, two a sentence of the same
story in another language, so that each goes through the model. The peer in the same run encodes one question, which any
answer costs; the ratio to it is what can be compared between machines. Beside it the same sentences as quotes.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from rag.checking import Evidence
from rag.checking.answers import Sources, check_sentences
from rag.checking.loading import load_checker
from rag.chunks import chunk_document
from rag.documents import find_documents, read_document
from rag.embeddings import Embedder, load_embedder
from rag.models import Document
from rag.settings import load_settings
from rag.text.markers import CitedSentence

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
SENTENCES = 5
FEWEST_WORDS = 6
Answer = tuple[list[CitedSentence], list[CitedSentence], Sources]


def answers(embedder: Embedder, count: int) -> Iterator[Answer]:
    """Yield so many answers: their sentences in other words, the same as quotes, and what they cite."""
    chance = random.Random(0)
    documents = [read_document(path, source=path.name) for path in find_documents([SEEDS]).files]
    stories: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        stories[Path(document.source).stem].append(document)
    told = [story for story in stories.values() if len({one.language for one in story}) > 1]
    for _ in range(count):
        altered, quotes, cited = [], [], {}
        for marker in range(1, SENTENCES + 1):
            document, other = chance.sample(chance.choice(told), 2)
            chunk = chance.choice(chunk_document(document, embedder.count_tokens))
            cited[marker] = [Evidence(chunk.text, document.language, document.source, document.id, chunk.start)]
            span = max(chunk.sentences, key=len)
            quote = document.text[span.start : span.end]
            quotes.append(CitedSentence(quote, document.language, (marker,)))
            if marker % 2:
                words = quote.split() if " " in quote else list(quote)
                kept = (" " if " " in quote else "").join(words[: max(FEWEST_WORDS, len(words) * 3 // 4)])
                altered.append(CitedSentence(kept, document.language, (marker,)))
            else:
                foreign = max(chance.choice(chunk_document(other, embedder.count_tokens)).sentences, key=len)
                text = other.text[foreign.start : foreign.end]
                altered.append(CitedSentence(text, other.language, (marker,)))
        yield altered, quotes, Sources(cited)


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=40, help="answers to check")
    arguments = parser.parse_args()
    embedder = load_embedder(load_settings())
    taken: dict[str, list[float]] = defaultdict(list)
    for number, (altered, quotes, sources) in enumerate(answers(embedder, arguments.rounds + 2)):
        question = altered[0].text
        peer = milliseconds(lambda question=question: embedder.encode_queries([question]))  # type: ignore[misc]
        checker = load_checker(embedder)  # that has kept no vectors of the round before
        model = milliseconds(lambda: check_sentences(checker, altered, sources))  # noqa: B023 - called at once
        text = milliseconds(lambda: check_sentences(checker, quotes, sources))  # noqa: B023
        if number > 1:  # two to warm up
            taken["peer: encode one question"].append(peer)
            taken["five sentences in other words"].append(model)
            taken["five quotes"].append(text)
    figures = {name: {"p50": float(np.median(ms)), "p95": float(np.percentile(ms, 95))} for name, ms in taken.items()}
    peer = figures["peer: encode one question"]["p50"]
    ratios = {name: row["p50"] / peer for name, row in figures.items() if not name.startswith("peer")}
    if arguments.json:
        print(json.dumps({"ms": figures, "to_peer": ratios}))
        return
    for name, row in figures.items():
        ratio = f"   {ratios[name]:6.2f} times the peer" if name in ratios else ""
        print(f"{name:<32} p50 {row['p50']:8.1f} ms   p95 {row['p95']:8.1f} ms{ratio}")


if __name__ == "__main__":
    main()
