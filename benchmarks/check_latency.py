"""How long does a verdict take? Run: `python benchmarks/check_latency.py [--json] [--rounds N]`.

Answers of five sentences are checked against the passages of an index of `seeds/` that they cite, one after another, warm. No
sentence is in its passage word for word: three are a sentence of it with its last words left out, two a sentence of the same
story in another language, so that each goes through the model. The peer in the same run encodes one question, which any
answer costs; the ratio to it is what can be compared between machines. Beside it the same sentences as quotes.
"""

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rag.chain import index_recipe
from rag.checking import Evidence
from rag.checking.answers import Sources, check_sentences
from rag.checking.loading import load_checker
from rag.embeddings import Embedder, load_embedder
from rag.index import Store, index_paths
from rag.models import Passage
from rag.questions import make_question
from rag.retrieval import PassageRetriever
from rag.settings import Settings, load_settings
from rag.text.markers import CitedSentence

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
SENTENCES = 5
FEWEST_WORDS = 6
Answer = tuple[list[CitedSentence], list[CitedSentence], Sources]


def passages(settings: Settings, embedder: Embedder) -> list[Passage]:
    """Return all passages of an index of `seeds/`, as they are retrieved."""
    recipe = replace(index_recipe(settings), load_embedder=lambda: embedder)
    index_paths([SEEDS], settings.store, recipe)
    retriever = PassageRetriever(store=Store(settings.store, recipe.model_name), embedder=embedder, k=10_000)
    return sorted(retriever.retrieve(make_question("What?")).passages, key=lambda one: (one.source, one.start))


def answers(found: Sequence[Passage], count: int) -> Iterator[Answer]:
    """Yield so many answers: their sentences in other words, the same as quotes, and what they cite."""
    chance = random.Random(0)
    stories: dict[str, dict[str, list[Passage]]] = defaultdict(lambda: defaultdict(list))
    for passage in found:
        stories[Path(passage.source).stem][passage.source].append(passage)
    told = [list(story.values()) for story in stories.values() if len({own[0].language for own in story.values()}) > 1]
    for _ in range(count):
        altered, quotes, cited = [], [], {}
        for marker in range(1, SENTENCES + 1):
            document, other = chance.sample(chance.choice(told), 2)
            passage = chance.choice(document)
            cited[marker] = [Evidence.of(passage)]
            quote = max((one.text for one in passage.sentences), key=len)
            quotes.append(CitedSentence(quote, passage.language, (marker,)))
            if marker % 2:
                words = quote.split() if " " in quote else list(quote)
                kept = (" " if " " in quote else "").join(words[: max(FEWEST_WORDS, len(words) * 3 // 4)])
                altered.append(CitedSentence(kept, passage.language, (marker,)))
            else:
                foreign = chance.choice(other)
                text = max((one.text for one in foreign.sentences), key=len)
                altered.append(CitedSentence(text, foreign.language, (marker,)))
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
    with tempfile.TemporaryDirectory() as folder:
        found = passages(load_settings(store=Path(folder, "store")), embedder)
    taken: dict[str, list[float]] = defaultdict(list)
    for number, (altered, quotes, sources) in enumerate(answers(found, arguments.rounds + 2)):
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
