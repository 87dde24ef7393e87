"""How long does a question take among 100,000 passages? Run: `python benchmarks/scale.py [--passages 100000] [--shared DIR]`.

A real store is filled with passages of real text, sentences of TyDi QA, SQuAD and XQuAD in 17 languages put together anew.
Embedding them all would take hours and change no time of a search, so each vector is that of one of a few thousand embedded
sentences, with noise. Told are, interleaved and warm, the medians of encoding the question alone (the peer: the least any
dense retriever with this model must do) and of the whole retrieval, and their ratio, which can be compared between machines.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from rag.chain import index_recipe
from rag.embeddings import Embedder, EncodedChunk, Vectors
from rag.index import Store
from rag.index.base import EmbeddedDocument
from rag.models import Chunk, Document, Span
from rag.questions import make_question
from rag.retrieval import PassageRetriever
from rag.settings import load_settings
from rag.text.languages import detect_language
from rag.text.sentences import sentence_spans
from rag.text.terms import terms

CHUNKS, SENTENCES = 10, 6  # of a document, of a chunk
EMBEDDED = 3000
QUESTIONS = 150


def read_texts(shared: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Return language → sentences, and questions."""
    files = [*shared.glob("training/tydiqa/*_dev.json"), *shared.glob("benchmarks/xquad/*.json")]
    files.append(shared / "training" / "squad-slice.en.json")
    sentences: dict[str, list[str]] = {}
    questions = []
    for file in sorted(files):
        paragraphs = [p for article in json.loads(file.read_text("utf-8"))["data"] for p in article["paragraphs"]]
        for paragraph in paragraphs[:400]:
            text = paragraph["context"]
            language = detect_language(text)
            found = sentences.setdefault(language, [])
            found += [text[span.start : span.end] for span in sentence_spans(text, language)]
            questions.append(paragraph["qas"][0]["question"])
    return {language: found for language, found in sentences.items() if len(found) > SENTENCES}, questions


def fill(store: Store, sentences: dict[str, list[str]], embedded: list[EncodedChunk], passages: int) -> None:
    """Add documents until the store holds so many passages; Arabic and English ones are a third each."""
    generator, noise = random.Random(0), np.random.default_rng(0)
    languages = sorted(sentences)
    weights = [len(languages) if language in ("ar", "en") else 1 for language in languages]
    for number in tqdm(range(passages // CHUNKS), "Filling", unit="document", disable=None):
        language = generator.choices(languages, weights)[0]
        store.add(_document(f"{number}.txt", language, sentences[language], embedded, generator, noise))


def _document(
    name: str,
    language: str,
    sentences: list[str],
    embedded: list[EncodedChunk],
    generator: random.Random,
    noise: np.random.Generator,
) -> EmbeddedDocument:
    text, spans, chunks = "", [], []
    for ordinal in range(CHUNKS):
        mine = []
        for sentence in generator.choices(sentences, k=SENTENCES):
            mine.append(Span(len(text), len(text) + len(sentence)))
            text += sentence + "\n"
        chunks.append((ordinal, mine))
        spans += mine
    made = [
        Chunk(name, ordinal, mine[0].start, mine[-1].end, text[mine[0].start : mine[-1].end], None, tuple(mine))
        for ordinal, mine in chunks
    ]
    return EmbeddedDocument(
        Document(name, name, name, language, None, text),
        name,
        made,
        _noisy(embedded, len(made), noise),
        spans,
        _noisy(embedded, len(spans), noise),
        [terms(chunk.text, language) for chunk in made],
        chunk_tokens=[np.concatenate([one.tokens for one in generator.choices(embedded, k=SENTENCES)]) for _ in made],
    )


def _noisy(embedded: list[EncodedChunk], count: int, noise: np.random.Generator) -> Vectors:
    found = np.array([embedded[at].vector for at in noise.integers(len(embedded), size=count)])
    found = found + noise.normal(0, 0.2 / found.shape[1] ** 0.5, found.shape).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def measure(retriever: PassageRetriever, embedder: Embedder, questions: list[str]) -> dict[str, list[float]]:
    """Return the milliseconds of each step for each question; the first three warm up and are left out."""
    taken: dict[str, list[float]] = {"peer: encode the question": [], "retrieve, encoding included": []}
    for number, text in enumerate(questions):
        question = make_question(text)
        started = time.perf_counter()
        embedder.encode_queries([question.text])
        encoded = time.perf_counter()
        retriever.retrieve(question)
        ended = time.perf_counter()
        if number >= 3:
            taken["peer: encode the question"].append((encoded - started) * 1000)
            taken["retrieve, encoding included"].append((ended - encoded) * 1000)
    return taken


def main() -> None:
    """Fill a store, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--store", type=Path, help="folder to keep the store in, or to find it in")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = index_recipe(settings).load_embedder()
    sentences, questions = read_texts(arguments.shared)
    questions = random.Random(0).sample(questions, QUESTIONS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.store or Path(temporary)
        if Store.is_absent(folder):
            some = random.Random(0).sample([one for found in sentences.values() for one in found], EMBEDDED)
            store = Store.create(folder, embedder.name, embedder.dimension)
            fill(store, sentences, embedder.encode_chunks(some), arguments.passages)
            store.refresh()
        store = Store(folder, embedder.name)
        retriever = PassageRetriever(store=store, embedder=embedder, k=settings.passages)
        taken = measure(retriever, embedder, questions)
        passages = store.count()[1]
    figures = {
        name: {"p50": round(float(np.median(ms)), 1), "p95": round(float(np.percentile(ms, 95)), 1)}
        for name, ms in taken.items()
    }
    medians = [row["p50"] for row in figures.values()]
    if arguments.json:
        print(json.dumps({"passages": passages, "ms": figures, "ratio": round(medians[1] / medians[0], 2)}))
        return
    print(f"{passages:,} passages")
    for name, row in figures.items():
        print(f"{name:<32} p50 {row['p50']:8.1f} ms   p95 {row['p95']:8.1f} ms")
    print(f"ratio of the medians: {medians[1] / medians[0]:.2f}")


if __name__ == "__main__":
    main()
