"""Fit what `rag/evidence.py` reads: how likely it is that the passages found for a question answer it.

Run, after `fit_balance.py`: `python benchmarks/fit_evidence.py [--training ../shared/training] [--output rag/data]`.

Fitted on small made-up corpora: news items of `benchmarks/data/parallel-*.jsonl`, each told in one to three of its languages, and
TyDi QA passages of one to three languages. A question is asked of a corpus that answers it (in its own or only in another
language; TyDi's also through `benchmarks/data/crosslingual.jsonl`) and of one from which the item or passage was left out.
Nothing of `seeds/` is seen. Items look too easy to a balance that was fitted on them: each half of the items is therefore seen
through a balance fitted on the other half. A third of each half, and of TyDi's passages, is held out to measure on.
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_balance import DATA, TYDI, as_balance, embed, embed_all, fit, read_parallel
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from rag.balance import Balance, Vectors, file_name
from rag.embeddings import Embedder, load_embedder, model_name
from rag.evidence import evidence_features
from rag.models import Passage, Sentence
from rag.settings import load_settings
from rag.text.sentences import sentence_spans

PASSAGES = 15
CORPORA = 300
QUESTIONS = 12  # of each corpus, half of them not answered there


@dataclass
class Story:
    """A passage in one language, with what it answers."""

    key: str
    language: str
    chunk: str
    sentences: list[str]


@dataclass
class Asked:
    """A question about the story `key`."""

    key: str
    language: str
    text: str


def parallel_stories() -> tuple[list[Story], list[Asked]]:
    """Return the parallel items and their questions."""
    stories, asked = [], []
    for row in read_parallel():
        sentences = [f"{row['title']}\n{text}" for text in row["sentences"]]
        stories.append(Story(row["item"], row["language"], f"{row['title']}\n{' '.join(row['sentences'])}", sentences))
        asked += [Asked(row["item"], row["language"], text) for text in row["questions"]]
    return stories, asked


def tydi_stories(folder: Path, limit: int = 150) -> tuple[list[Story], list[Asked]]:
    """Return TyDi QA passages and questions, those of the cross-lingual set among them."""
    cross = {row["id"]: row for row in map(json.loads, (DATA / "crosslingual.jsonl").read_text("utf-8").splitlines())}
    stories: dict[str, Story] = {}
    asked = []
    for name, language in TYDI.items():
        data = json.loads((folder / f"{name}_tydiqa_dev.json").read_text("utf-8"))["data"]
        rows = [
            (question["id"], question["question"], paragraph["context"])
            for article in data
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]
        rows.sort(key=lambda row: (row[0] not in cross, row[0]))
        for key, text, context in rows[:limit]:
            spans = sentence_spans(context, language)
            stories[context] = Story(context, language, context, [context[span.start : span.end] for span in spans])
            asked.append(Asked(context, language, text))
            if key in cross:
                asked.append(Asked(context, cross[key]["language"], cross[key]["q"]))
    return list(stories.values()), asked


class Corpus:
    """Stories with their vectors, searched as the index would be."""

    def __init__(self, stories: list[Story], asked: list[Asked], embedder: Embedder, balance: Balance) -> None:
        self.balance = balance
        self.chunks = dict(
            zip(
                [story.chunk for story in stories],
                embed(embedder.encode_passages, [s.chunk for s in stories]),
                strict=False,
            )
        )
        texts = [text for story in stories for text in story.sentences]
        self.sentences = dict(zip(texts, embed(embedder.encode_passages, texts), strict=False))
        self.queries = dict(
            zip([one.text for one in asked], embed(embedder.encode_queries, [one.text for one in asked]), strict=False)
        )

    def search(self, question: Asked, stories: list[Story]) -> list[Passage]:
        """Return the passages nearest to the question among `stories`."""
        raw = self.queries[question.text]
        query = self.balance.query(raw, question.language)
        scored = [
            (float((self.balance.passages(self.chunks[story.chunk][None], story.language) @ query)[0]), story)
            for story in stories
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [
            self._passage(rank, score, story, raw, question) for rank, (score, story) in enumerate(scored[:PASSAGES])
        ]

    def _passage(self, rank: int, score: float, story: Story, raw: Vectors, question: Asked) -> Passage:
        vectors = np.array([self.sentences[text] for text in story.sentences])
        cosines = self.balance.answer_cosines(raw, question.language, vectors, story.language)
        sentences = tuple(
            Sentence(start=n, end=n + 1, text="", page=None, score=float(cosine), vector=vector)
            for n, (cosine, vector) in enumerate(zip(cosines, vectors, strict=True))
        )
        return Passage(
            rank, score, story.key, story.key, "", story.language, None, None, 0, len(sentences), "", sentences
        )


def samples(stories: list[Story], asked: list[Asked], seed: int) -> Iterator[tuple[Asked, list[Story], bool]]:
    """Yield questions with corpora that answer them or do not."""
    generator = random.Random(seed)
    keys = sorted({story.key for story in stories})
    by_key: dict[str, list[Story]] = {}
    for story in stories:
        by_key.setdefault(story.key, []).append(story)
    questions: dict[str, list[Asked]] = {}
    for one in asked:
        questions.setdefault(one.key, []).append(one)
    for _ in range(CORPORA):
        chosen = generator.sample(keys, min(len(keys) - QUESTIONS, generator.choice([8, 15, 30, 60])))
        corpus = []
        for key in chosen:
            corpus += generator.sample(by_key[key], min(len(by_key[key]), generator.choice([1, 1, 2, 3])))
        for key in generator.sample(chosen, QUESTIONS // 2 if len(chosen) > QUESTIONS // 2 else len(chosen)):
            yield generator.choice(questions[key]), corpus, True
        for key in generator.sample(sorted(set(keys) - set(chosen)), QUESTIONS // 2):
            yield generator.choice(questions[key]), corpus, False


def only(stories: list[Story], asked: list[Asked], keys: set[str]) -> tuple[list[Story], list[Asked]]:
    """Return the stories of these keys, and the questions about them."""
    return [story for story in stories if story.key in keys], [one for one in asked if one.key in keys]


def table(
    corpus: Corpus, stories: list[Story], asked: list[Asked], seed: int
) -> tuple[list[dict[str, float]], list[bool]]:
    """Return the features of sampled questions, and whether each can be answered."""
    features, answerable = [], []
    for question, chosen, answered in samples(stories, asked, seed):
        features.append(evidence_features(question.language, corpus.search(question, chosen)))
        answerable.append(answered)
    return features, answerable


def main() -> None:
    """Sample, fit, print what held-out stories say, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "training")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "rag" / "data")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = load_embedder(settings)
    fitted: list[tuple[list[dict[str, float]], list[bool]]] = []
    held: dict[str, tuple[list[dict[str, float]], list[bool]]] = {}
    everything = [*parallel_stories(), *tydi_stories(arguments.training / "tydiqa")]
    items = sorted({story.key for story in everything[0]})
    half = set(items[::2])
    parallel, tydi = embed_all(arguments.training / "tydiqa", embedder)
    for number, mine in enumerate((half, set(items) - half)):

        def is_other(fact: str, mine: set[str] = mine) -> bool:
            return fact.split("/")[0] not in mine

        balance = as_balance(*fit(parallel.part(is_other), tydi))
        for name, stories, asked in (("parallel items", *everything[:2]), ("TyDi QA", *everything[2:])):
            stories = [story for story in stories if name == "TyDi QA" or story.key in mine]
            keys = sorted({story.key for story in stories})
            out = set(random.Random(number).sample(keys, len(keys) // 3))
            rest = set(keys) - out
            corpus = Corpus(stories, asked, embedder, balance)
            fitted.append(table(corpus, *only(stories, asked, rest), 1))
            held[f"{name}, half {number + 1}"] = table(corpus, *only(stories, asked, out), 2)
    names = list(fitted[0][0][0])
    matrix = np.array([[row[name] for name in names] for rows, _ in fitted for row in rows])
    labels = np.array([label for _, part in fitted for label in part])
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(matrix, labels)
    report = {}
    for name, (rows, part) in held.items():
        truth = np.array(part)
        chances = model.predict_proba(np.array([[row[key] for key in names] for row in rows]))[:, 1]
        crossed = np.array([row["crossed"] > 0 for row in rows])
        for kind, mask in (("same language", ~crossed), ("across languages", crossed)):
            area, brier = roc_auc_score(truth[mask], chances[mask]), brier_score_loss(truth[mask], chances[mask])
            report[f"{name}, {kind}"] = {"n": int(mask.sum()), "AUROC": round(area, 3), "Brier": round(brier, 3)}
            for threshold in (0.1, 0.2, 0.3, 0.5):
                missed, caught = (chances[mask & truth] < threshold).mean(), (chances[mask & ~truth] < threshold).mean()
                print(f"{name}, {kind}: below {threshold}: {missed:.3f} of answerable, {caught:.3f} of unanswerable")
    print(json.dumps(report, indent=1))
    weights = dict(zip(names, (round(float(weight), 4) for weight in model.coef_[0]), strict=True))
    path = arguments.output / file_name("evidence", model_name(settings), "json")
    record = {
        "fitted_by": "benchmarks/fit_evidence.py",
        "fitted_on": "benchmarks/data/parallel-*.jsonl and TyDi QA dev (Apache-2.0), two thirds of each",
        "held_out": report,
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": weights,
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(path)


if __name__ == "__main__":
    main()
