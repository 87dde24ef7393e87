"""Fit what `rag/evidence.py` reads: how likely it is that the passages found for a question answer it.

Run, after `fit_balance.py`: `python benchmarks/fit_evidence.py [--training ../shared/training] [--output rag/data]`.

Fitted on small made-up corpora, each in a real index: news items of `benchmarks/data/parallel-*.jsonl`, each told in one to
three of its languages; TyDi QA passages of several languages (dev sets, Apache-2.0), also asked about in other languages
(`benchmarks/data/crosslingual.jsonl`); passages of the slice of SQuAD 1.1 (CC BY-SA 4.0). A question is asked of a corpus that
answers it, and of one from which the item, passage or article was left out. Nothing of `seeds/` or XQuAD is seen. Items look
too easy to a map that was fitted on them: each half of the items is therefore seen through a map fitted on all else but that
half. A third of each set is held out to measure on.
"""

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fit_balance import fit, language_offsets
from fit_data import DATA, TYDI, Pool, fit_arguments, parallel_rows, read_parallel, read_squad, squad_questions
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from tqdm import tqdm

from rag.balance import Balance, Vectors, file_name
from rag.embeddings import Embedder, EncodedChunk, EncodedQuestion, load_embedder, model_name
from rag.evidence import evidence_features
from rag.index import Store
from rag.index.build import Recipe, embed_document
from rag.models import Document, Question
from rag.retrieval import PassageRetriever
from rag.settings import load_settings

CORPORA = 40
QUESTIONS = 12  # of each corpus, half of them not answered there
SIZES = (1, 2, 4, 8, 15, 30, 60)
SQUAD_GROUPS, TYDI_PASSAGES = 400, 100


class Remembering(Embedder):
    """An embedder that embeds no text twice: each stands in many corpora."""

    def __init__(self, embedder: Embedder) -> None:
        self._real = embedder
        self._known: dict[tuple[str, str], Any] = {}
        self.name, self.dimension, self.max_tokens = embedder.name, embedder.dimension, embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As `Embedder.count_tokens`."""
        return self._real.count_tokens(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder.encode_queries`."""
        return np.array(self._remembered("encode_queries", texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder.encode_passages`."""
        return np.array(self._remembered("encode_passages", texts))

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """As `Embedder.encode_questions`."""
        return self._remembered("encode_questions", texts)

    def encode_chunks(self, texts: Sequence[str]) -> list[EncodedChunk]:
        """As `Embedder.encode_chunks`."""
        return self._remembered("encode_chunks", texts)

    def _remembered(self, method: str, texts: Sequence[str]) -> list[Any]:
        new = [text for text in dict.fromkeys(texts) if (method, text) not in self._known]
        if new:
            made = getattr(self._real, method)(new)
            self._known.update(zip([(method, text) for text in new], made, strict=True))
        return [self._known[method, text] for text in texts]


@dataclass
class Story:
    """A document, and the key of what it tells: documents of one key answer the same questions."""

    key: str
    document: Document


@dataclass
class Asked:
    """A question about the story `key`."""

    key: str
    question: Question


Set = tuple[list[Story], list[Asked]]


def _story(key: str, title: str, text: str, language: str) -> Story:
    name = f"{key}/{language}"
    return Story(key, Document(name, name, title, language, None, text))


def parallel_stories() -> Set:
    """Return the parallel items and their questions."""
    stories, asked = [], []
    for row in parallel_rows():
        stories.append(_story(row["item"], row["title"], " ".join(row["sentences"]), row["language"]))
        asked += [Asked(row["item"], Question(text, row["language"])) for text in row["questions"]]
    return stories, asked


def tydi_stories(folder: Path) -> Set:
    """Return TyDi QA passages and questions, those of the cross-lingual set among them."""
    cross = {row["id"]: row for row in map(json.loads, (DATA / "crosslingual.jsonl").read_text("utf-8").splitlines())}
    stories, asked = [], []
    for name, language in TYDI.items():
        rows = squad_questions(folder / f"{name}_tydiqa_dev.json")
        rows = sorted(rows, key=lambda one: (one.id not in cross, one.id))[:TYDI_PASSAGES]
        for context in sorted({one.context for one in rows}):
            stories.append(_story(context, "", context, language))
        for one in rows:
            asked.append(Asked(one.context, Question(one.text, language)))
            if one.id in cross:
                asked.append(Asked(one.context, Question(cross[one.id]["q"], cross[one.id]["language"])))
    return stories, asked


def squad_stories(file: Path) -> Set:
    """Return passages of SQuAD and their questions."""
    rows = squad_questions(file, every=5)
    contexts = sorted({one.context for one in rows})[:SQUAD_GROUPS]
    return [_story(context, "", context, "en") for context in contexts], [
        Asked(one.context, Question(one.text, "en")) for one in rows if one.context in set(contexts)
    ]


def samples(
    stories: list[Story], asked: list[Asked], seed: int
) -> Iterator[tuple[list[Story], list[Asked], list[Asked]]]:
    """Yield corpora, each with questions that it answers and questions that it does not."""
    generator = random.Random(seed)
    told: dict[str, list[Story]] = {}
    for story in stories:
        told.setdefault(story.key, []).append(story)
    questions: dict[str, list[Asked]] = {}
    for one in asked:
        questions.setdefault(one.key, []).append(one)
    keys = sorted(told)
    for _ in range(CORPORA):
        chosen = generator.sample(keys, min(len(keys) - QUESTIONS, generator.choice(SIZES)))
        corpus = []
        for key in chosen:
            corpus += generator.sample(told[key], min(len(told[key]), generator.choice([1, 1, 2, 3])))
        inside = generator.choices(chosen, k=QUESTIONS // 2)
        outside = generator.sample(sorted(set(keys) - set(chosen)), QUESTIONS // 2)
        yield corpus, *([generator.choice(questions[key]) for key in part] for part in (inside, outside))


Table = tuple[list[dict[str, float]], list[bool]]


def table(stories: list[Story], asked: list[Asked], seed: int, recipe: Recipe, balance: Balance) -> Table:
    """Return the features of sampled questions, and whether each can be answered."""
    features, answerable = [], []
    embedded = {story.document.id: embed_document(story.document, "", recipe) for story in stories}
    for corpus, inside, outside in tqdm(samples(stories, asked, seed), "Asking", total=CORPORA, disable=None):
        with tempfile.TemporaryDirectory() as folder:
            embedder = recipe.load_embedder()
            Store.create(Path(folder), recipe.model_name, embedder.dimension)
            store = Store(Path(folder), recipe.model_name, balance)
            for story in corpus:
                store.add(embedded[story.document.id])
            retriever = PassageRetriever(store=store, embedder=embedder, k=15)
            for one in [*inside, *outside]:
                features.append(evidence_features(one.question.language, retriever.retrieve(one.question).passages))
            answerable += [True] * len(inside) + [False] * len(outside)
    return features, answerable


def only(stories: list[Story], asked: list[Asked], keys: set[str]) -> Set:
    """Return the stories of these keys, and the questions about them."""
    return [story for story in stories if story.key in keys], [one for one in asked if one.key in keys]


def gather(sets: dict[str, Set], balances: dict[str, Balance], recipe: Recipe) -> tuple[list[Table], dict[str, Table]]:
    """Return what to fit on, and what is held out of it, by name."""
    fitted, held = [], {}
    for number, (name, (stories, asked)) in enumerate(sets.items()):
        keys = sorted({story.key for story in stories})
        out = set(random.Random(number).sample(keys, len(keys) // 3))
        fitted.append(table(*only(stories, asked, set(keys) - out), 1, recipe, balances[name]))
        held[name] = table(*only(stories, asked, out), 2, recipe, balances[name])
    return fitted, held


def measured(model: LogisticRegression, names: list[str], held: dict[str, Table]) -> dict[str, dict[str, float]]:
    """Return AUROC and Brier score of what was held out, and print what thresholds would refuse."""
    report = {}
    for name, (rows, part) in held.items():
        truth = np.array(part)
        chances = model.predict_proba(np.array([[row[key] for key in names] for row in rows]))[:, 1]
        crossed = np.array([row["crossed"] > 0 for row in rows])
        for kind, mask in (("same language", ~crossed), ("across languages", crossed)):
            if len(set(truth[mask])) < 2:
                continue
            area, brier = roc_auc_score(truth[mask], chances[mask]), brier_score_loss(truth[mask], chances[mask])
            report[f"{name}, {kind}"] = {"n": int(mask.sum()), "AUROC": round(area, 3), "Brier": round(brier, 3)}
            for threshold in (0.1, 0.2, 0.3, 0.5):
                missed, caught = (chances[mask & truth] < threshold).mean(), (chances[mask & ~truth] < threshold).mean()
                print(f"{name}, {kind}: below {threshold}: {missed:.3f} of answerable, {caught:.3f} of unanswerable")
    return report


def half_blind(pools: dict[str, Pool], items: list[str]) -> dict[str, Balance]:
    """Return, for each half of the parallel items, a balance that was fitted on all else but that half."""
    balances = {}
    for number, mine in enumerate((set(items[::2]), set(items[1::2])), 1):
        seen = [
            pool.part(lambda group, mine=mine: group not in mine) if name.startswith("parallel") else pool
            for name, pool in pools.items()
        ]
        balances[f"parallel items, half {number}"] = Balance(language_offsets(seen), fit(seen), f"half {number}")
    return balances


def main() -> None:
    """Sample, fit, print what held-out stories say, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    embedder = load_embedder(settings)
    write(
        arguments.training,
        arguments.output,
        embedder,
        read_parallel(embedder) | read_squad(arguments.training, embedder),
    )


def write(training: Path, output: Path, embedder: Embedder, pools: dict[str, Pool]) -> None:
    """Sample corpora, ask them, and fit."""
    settings = load_settings()
    remembering = Remembering(embedder)
    recipe = Recipe(embedder.name, lambda: remembering, settings.chunk_tokens, settings.chunk_overlap)
    parallel = parallel_stories()
    items = sorted({story.key for story in parallel[0]})
    balances = half_blind(pools, items)
    sets = {name: only(*parallel, set(items[number::2])) for number, name in enumerate(balances)}
    sets |= {"TyDi QA": tydi_stories(training / "tydiqa"), "SQuAD": squad_stories(training / "squad-slice.en.json")}
    balances |= dict.fromkeys(["TyDi QA", "SQuAD"], balances["parallel items, half 1"])
    save(*gather(sets, balances, recipe), output / file_name("evidence", model_name(settings), "json"))


def save(fitted: list[Table], held: dict[str, Table], path: Path) -> None:
    """Fit, print what held-out stories say, write the file."""
    names = list(fitted[0][0][0])
    matrix = np.array([[row[name] for name in names] for rows, _ in fitted for row in rows])
    labels = np.array([label for _, part in fitted for label in part])
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(matrix, labels)
    report = measured(model, names, held)
    print(json.dumps(report, indent=1))
    record = {
        "fitted_by": "benchmarks/fit_evidence.py",
        "fitted_on": "benchmarks/data/*.jsonl, TyDi QA dev (Apache-2.0), SQuAD 1.1 slice (CC BY-SA 4.0), two thirds of each",
        "held_out": report,
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(names, (round(float(weight), 4) for weight in model.coef_[0]), strict=True)),
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(path)


if __name__ == "__main__":
    main()
