"""What the fit scripts learn from: questions and candidate sentences, embedded."""

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from rag.balance import Vectors
from rag.embeddings import Embedder
from rag.text.sentences import sentence_spans

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).resolve().parent / "data"
TYDI = {
    "arabic": "ar",
    "bengali": "bn",
    "english": "en",
    "finnish": "fi",
    "indonesian": "id",
    "korean": "ko",
    "russian": "ru",
    "swahili": "sw",
    "telugu": "te",
}
QUESTIONS = 220  # of each language of TyDi QA
SQUAD_EVERY, SQUAD_QUESTIONS = 3, 1500  # of SQuAD's paragraphs; of their questions


def fit_arguments(description: str | None) -> argparse.Namespace:
    """Return the arguments of a script that fits: `training`, the folder to read, and `output`, the one to write to."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--training", type=Path, default=ROOT.parent / "shared" / "training")
    parser.add_argument("--output", type=Path, default=ROOT / "rag" / "data")
    return parser.parse_args()


@dataclass
class Pool:
    """Questions and candidates; `gold[i]` names the fact that question i asks, `facts[j]` what candidate j states.

    A fact is `GROUP/NUMBER`: what is held out is held out by groups.
    """

    queries: Vectors
    query_languages: list[str]
    gold: list[str]
    candidates: Vectors
    candidate_languages: list[str]
    facts: list[str]

    def means(self) -> dict[str, Vectors]:
        """Return the mean of the candidates of each language."""
        languages = np.array(self.candidate_languages)
        return {str(name): self.candidates[languages == name].mean(axis=0) for name in sorted(set(languages))}

    def split(self, generator: random.Random, share: float) -> tuple["Pool", "Pool"]:
        """Return all but a share of the groups, and that share."""
        groups = sorted({fact.split("/")[0] for fact in self.gold})
        held = set(generator.sample(groups, round(share * len(groups))))
        return self.part(lambda group: group not in held), self.part(lambda group: group in held)

    def part(self, keep: Callable[[str], bool]) -> "Pool":
        """Return the questions and candidates of the groups that are kept."""
        rows = [i for i, fact in enumerate(self.gold) if keep(fact.split("/")[0])]
        columns = [j for j, fact in enumerate(self.facts) if keep(fact.split("/")[0])]
        return Pool(
            self.queries[rows],
            [self.query_languages[i] for i in rows],
            [self.gold[i] for i in rows],
            self.candidates[columns],
            [self.candidate_languages[j] for j in columns],
            [self.facts[j] for j in columns],
        )


def parallel_rows() -> list[dict[str, Any]]:
    """Return the lines of the parallel items."""
    return [
        json.loads(line)
        for file in sorted(DATA.glob("parallel-*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]


def read_parallel(embedder: Embedder) -> dict[str, Pool]:
    """Return the items' questions with their sentences: under the item's title, and bare."""
    rows = parallel_rows()
    asked = [
        (text, row["language"], f"{row['item']}/{n}") for row in rows for n, text in enumerate(row["questions"], 1)
    ]
    stated = [
        (text, row["language"], f"{row['item']}/{n}", row["title"])
        for row in rows
        for n, text in enumerate(row["sentences"])
    ]
    queries = embed(embedder.encode_queries, [text for text, _, _ in asked])
    texts = {"under titles": [f"{title}\n{text}" for text, _, _, title in stated], "bare": [one[0] for one in stated]}
    return {
        f"parallel {name}": Pool(
            queries,
            [language for _, language, _ in asked],
            [fact for _, _, fact in asked],
            embed(embedder.encode_passages, sentences),
            [language for _, language, _, _ in stated],
            [fact for _, _, fact, _ in stated],
        )
        for name, sentences in texts.items()
    }


def read_squad(training: Path, embedder: Embedder) -> dict[str, Pool]:
    """Return TyDi QA's dev sets by language, and the slice of SQuAD: the sentences of the passages are the candidates."""
    pools = {}
    for name, language in TYDI.items():
        asked = squad_questions(training / "tydiqa" / f"{name}_tydiqa_dev.json")
        asked = random.Random(0).sample(asked, min(QUESTIONS, len(asked)))
        pools[f"TyDi QA {language}"] = embed_squad(asked, language, embedder)
    asked = squad_questions(training / "squad-slice.en.json", every=SQUAD_EVERY)
    pools["SQuAD en"] = embed_squad(random.Random(0).sample(asked, SQUAD_QUESTIONS), "en", embedder)
    return pools


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file in SQuAD's format: its id, the passage, and where in it the first answer begins."""

    id: str
    text: str
    context: str
    answer_start: int


def squad_questions(file: Path, every: int = 1) -> list[Asked]:
    """Return the questions on every so manieth passage, by id."""
    paragraphs = [
        paragraph for article in json.loads(file.read_text("utf-8"))["data"] for paragraph in article["paragraphs"]
    ]
    asked = [
        Asked(one["id"], one["question"], paragraph["context"], one["answers"][0]["answer_start"])
        for paragraph in paragraphs[::every]
        for one in paragraph["qas"]
    ]
    return sorted(asked, key=lambda one: one.id)


def embed_squad(asked: Sequence[Asked], language: str, embedder: Embedder) -> Pool:
    """Return questions, with all sentences of their passages."""
    contexts = sorted({one.context for one in asked})
    number = {context: position for position, context in enumerate(contexts)}
    sentences = [(number[context], span) for context in contexts for span in sentence_spans(context, language)]
    starts: dict[int, list[int]] = {}
    for group, span in sentences:
        starts.setdefault(group, []).append(span.start)
    gold = []
    for one in asked:
        group = number[one.context]
        gold.append(f"{group}/{max(start for start in starts[group] if start <= one.answer_start)}")
    return Pool(
        embed(embedder.encode_queries, [one.text for one in asked]),
        [language] * len(asked),
        gold,
        embed(embedder.encode_passages, [contexts[group][span.start : span.end] for group, span in sentences]),
        [language] * len(sentences),
        [f"{group}/{span.start}" for group, span in sentences],
    )


def embed(encode: Callable[[list[str]], Vectors], texts: list[str]) -> Vectors:
    """Embed in slices, with a progress bar."""
    slices = [texts[start : start + 256] for start in range(0, len(texts), 256)]
    return np.concatenate([encode(part) for part in tqdm(slices, "Embedding", disable=None)])
