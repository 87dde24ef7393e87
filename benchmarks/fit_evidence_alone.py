"""Fit what `rag/evidence.py` reads for an index of one language, asked in that language.

Run: `python benchmarks/fit_evidence_alone.py [--training ../shared/training] [--output rag/data]`.

`fit_evidence.py` learns from indexes of many languages, most of them small. Where there is one, nothing is bridged, and cosines
lie otherwise. Fitted on made-up corpora, each in a real index, from one passage to a hundred: TyDi QA's dev sets in nine
languages (Apache-2.0), and twice five passages of each article of the slice of SQuAD 1.1 (CC BY-SA 4.0). A question is asked of
a corpus that answers it, and of one from which the passage (TyDi QA) or the whole article (SQuAD) was left out. A third of each
set is held out to measure on. Nothing of `seeds/` or XQuAD is seen.
"""

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from fit_data import TYDI, fit_arguments, squad_questions
from fit_evidence import Asked, Remembering, Set, Story, Table, only
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from tqdm import tqdm

from rag.balance import Balance, file_name, load_balance
from rag.embeddings import load_embedder, model_name
from rag.evidence import alone_features
from rag.index import Store
from rag.index.build import Recipe, embed_document
from rag.models import Document, Question
from rag.retrieval import PassageRetriever
from rag.settings import load_settings

CORPORA, HELD_CORPORA, QUESTIONS = 21, 14, 16  # questions of each corpus, half of them not answered there
SHARES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)  # of all articles, that a corpus holds
TYDI_PASSAGES, DRAWS, OF_ARTICLE = 60, 2, 5


def tydi_stories(file: Path, language: str) -> Set:
    """Return passages of TyDi QA in one language, each an article of its own, and their questions."""
    rows = squad_questions(file)
    contexts = set(list(dict.fromkeys(row.context for row in rows))[:TYDI_PASSAGES])
    return _stories([(row.context, row.context, row.text) for row in rows if row.context in contexts], language)


def squad_stories(file: Path, draw: int) -> Set:
    """Return some passages of every article of SQuAD, others for each draw, and their questions."""
    generator = random.Random(5)
    rows = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        paragraphs = [paragraph for paragraph in article["paragraphs"] if paragraph["qas"]]
        generator.shuffle(paragraphs)
        for paragraph in paragraphs[draw * OF_ARTICLE : (draw + 1) * OF_ARTICLE]:
            rows += [(article["title"], paragraph["context"], one["question"]) for one in paragraph["qas"]]
    return _stories(rows, "en")


def _stories(rows: list[tuple[str, str, str]], language: str) -> Set:
    contexts = {context: key for key, context, _ in rows}
    stories = [
        Story(key, Document(f"{number}", f"{number}", "", language, None, context))
        for number, (context, key) in enumerate(sorted(contexts.items()))
    ]
    return stories, [Asked(key, Question(text, language)) for key, _, text in rows]


def samples(stories: list[Story], asked: list[Asked], corpora: int) -> Iterator[tuple[list[Story], list[Asked], bool]]:
    """Yield corpora, each twice: with questions that it answers, and with questions that it does not."""
    generator = random.Random(len(stories))
    keys = sorted({story.key for story in stories})
    for number in range(corpora):
        count = max(1, round(SHARES[number % len(SHARES)] * len(keys)))
        chosen = set(generator.sample(keys, count))
        corpus = [story for story in stories if story.key in chosen]
        for inside in (True, False):
            possible = [one for one in asked if (one.key in chosen) == inside]
            yield corpus, generator.sample(possible, min(QUESTIONS // 2, len(possible))), inside


def table(found: Set, corpora: int, recipe: Recipe, balance: Balance) -> Table:
    """Return the features of sampled questions, and whether each can be answered."""
    stories, asked = found
    features: list[dict[str, float]] = []
    answerable: list[bool] = []
    embedded = {story.document.id: embed_document(story.document, "", recipe) for story in stories}
    embedder = recipe.load_embedder()
    bar = tqdm(samples(stories, asked, corpora), "Asking", total=2 * corpora, disable=None)
    for corpus, questions, inside in bar:
        with tempfile.TemporaryDirectory() as folder:
            Store.create(Path(folder), recipe.model_name, embedder.dimension)
            store = Store(Path(folder), recipe.model_name, balance)
            for story in corpus:
                store.add(embedded[story.document.id])
            retriever = PassageRetriever(store=store, embedder=embedder, k=15)
            features += [alone_features(retriever.retrieve(one.question).passages) for one in questions]
            answerable += [inside] * len(questions)
    return features, answerable


def gather(sets: dict[str, Set], recipe: Recipe, balance: Balance) -> tuple[dict[str, Table], dict[str, Table]]:
    """Return what to fit on, and what is held out of it, by name."""
    fitted, held = {}, {}
    for name, found in sets.items():
        keys = sorted({story.key for story in found[0]})
        out = set(random.Random(name).sample(keys, len(keys) // 3))
        fitted[name] = table(only(*found, set(keys) - out), CORPORA, recipe, balance)
        held[name] = table(only(*found, out), HELD_CORPORA, recipe, balance)
    return fitted, held


def main() -> None:
    """Sample, fit, print what held-out stories say, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    name = model_name(settings)
    remembering = Remembering(load_embedder(settings))
    recipe = Recipe(name, lambda: remembering, settings.chunk_tokens, settings.chunk_overlap)
    sets = {
        f"TyDi QA {language}": tydi_stories(arguments.training / "tydiqa" / f"{file}_tydiqa_dev.json", language)
        for file, language in TYDI.items()
    }
    squad = arguments.training / "squad-slice.en.json"
    sets |= {f"SQuAD en {draw + 1}": squad_stories(squad, draw) for draw in range(DRAWS)}
    fitted, held = gather(sets, recipe, load_balance(name))
    save(fitted, held, arguments.output / file_name("evidence-alone", name, "json"))


def save(fitted: dict[str, Table], held: dict[str, Table], path: Path) -> None:
    """Fit, print what held-out stories say, write the file."""
    names = list(next(iter(fitted.values()))[0][0])
    x = np.concatenate([_matrix(rows) for rows, _ in fitted.values()])
    labels = np.concatenate([truth for _, truth in fitted.values()])
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(x, labels)
    report = {}
    threshold = load_settings().refuse_below
    for name, (rows, part) in held.items():
        truth, chances = np.array(part), model.predict_proba(_matrix(rows))[:, 1]
        area, brier = roc_auc_score(truth, chances), brier_score_loss(truth, chances)
        report[name] = {"n": len(truth), "AUROC": round(float(area), 3), "Brier": round(float(brier), 3)}
        missed, caught = ((chances[mask] < threshold).mean() for mask in (truth, ~truth))
        print(f"{name}: {report[name]}, refused {missed:.3f} of answerable, {caught:.3f} of unanswerable")
    record = {
        "fitted_by": "benchmarks/fit_evidence_alone.py",
        "fitted_on": "TyDi QA dev (Apache-2.0), SQuAD 1.1 slice (CC BY-SA 4.0), two thirds of each",
        "held_out": report,
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(names, (round(float(weight), 4) for weight in model.coef_[0]), strict=True)),
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(path)


def _matrix(rows: list[dict[str, float]]) -> npt.NDArray[np.float64]:
    return np.array([list(row.values()) for row in rows])


if __name__ == "__main__":
    main()
