"""Fit what `rag/balance.py` reads: mean vectors of languages, and two linear maps, for the default embedding model.

Run: `python benchmarks/fit_balance.py [--training ../shared/training] [--output rag/data]`, about ten minutes on two cores.

Fitted on `benchmarks/data/parallel-*.jsonl` (short news items of our own writing, each in seven of 17 languages: a question in
one language should find the sentence that answers it in every language before any other sentence, its own language's above all)
and on TyDi QA's dev sets in nine languages (Clark et al. 2020, Apache-2.0: the sentence that answers, among all of its
language). Nothing of `seeds/`, XQuAD or XQuAD-R is seen. A quarter of the items and 60 questions of each TyDi language are held
out first; what they say before and after is printed. The maps are `I + A·B` with A, B of low rank, learnt with a softmax over
candidates (InfoNCE, van den Oord et al. 2018).
"""

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from rag.balance import MAPPED, Balance, Vectors, file_name
from rag.embeddings import Embedder, load_embedder, model_name
from rag.settings import load_settings
from rag.text.sentences import sentence_spans

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
TYDI_QUESTIONS = 220  # of each language
TYDI_HELD_OUT = 60
RANK, DROPOUT, NOISE = 128, 0.3, 1.0
EPOCHS, BATCH, LEARNING_RATE, WEIGHT_DECAY = 24, 512, 1e-3, 0.05
TYDI_WEIGHT = 1.0


@dataclass
class Set:
    """Questions and candidates of one pool; `gold[i]` names the fact that question i asks, `facts[j]` what candidate j states."""

    queries: Vectors
    query_languages: list[str]
    gold: list[str]
    candidates: Vectors
    candidate_languages: list[str]
    facts: list[str]

    def part(self, keep: Callable[[str], bool], *, candidates: bool = True) -> "Set":
        """Return the questions whose gold is kept; and of the candidates only those kept, or all."""
        rows = [i for i, fact in enumerate(self.gold) if keep(fact)]
        columns = [j for j, fact in enumerate(self.facts) if keep(fact) or not candidates]
        return Set(
            self.queries[rows],
            [self.query_languages[i] for i in rows],
            [self.gold[i] for i in rows],
            self.candidates[columns],
            [self.candidate_languages[j] for j in columns],
            [self.facts[j] for j in columns],
        )


def read_parallel() -> list[dict[str, Any]]:
    """Return the lines of the parallel items."""
    return [
        json.loads(line)
        for file in sorted(DATA.glob("parallel-*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]


def embed_parallel(rows: list[dict[str, Any]], embedder: Embedder) -> Set:
    """Return the items' questions, and as candidates their sentences under the title, and the titles."""
    asked = [
        (text, row["language"], f"{row['item']}/{n}") for row in rows for n, text in enumerate(row["questions"], 1)
    ]
    stated = [
        (f"{row['title']}\n{text}", row["language"], f"{row['item']}/{n}")
        for row in rows
        for n, text in enumerate(row["sentences"])
    ]
    stated += [(row["title"], row["language"], f"{row['item']}/title") for row in rows]
    return Set(
        embed(embedder.encode_queries, [text for text, _, _ in asked]),
        [language for _, language, _ in asked],
        [fact for _, _, fact in asked],
        embed(embedder.encode_passages, [text for text, _, _ in stated]),
        [language for _, language, _ in stated],
        [fact for _, _, fact in stated],
    )


def embed_tydi(file: Path, language: str, embedder: Embedder) -> Set:
    """Return questions of a TyDi QA dev set, and as candidates the sentences of their passages."""
    data = json.loads(file.read_text("utf-8"))["data"]
    asked = sorted(
        (question["id"], question["question"], paragraph["context"], question["answers"][0]["answer_start"])
        for article in data
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    )
    asked = random.Random(0).sample(asked, min(TYDI_QUESTIONS, len(asked)))
    sentences = {
        (context, span.start): context[span.start : span.end]
        for context in sorted({context for _, _, context, _ in asked})
        for span in sentence_spans(context, language)
    }
    starts: dict[str, list[int]] = {}
    for context, start in sentences:
        starts.setdefault(context, []).append(start)
    number = {context: position for position, context in enumerate(starts)}
    gold = [
        f"{number[context]}/{max(start for start in starts[context] if start <= at)}" for _, _, context, at in asked
    ]
    return Set(
        embed(embedder.encode_queries, [text for _, text, _, _ in asked]),
        [language] * len(asked),
        gold,
        embed(embedder.encode_passages, list(sentences.values())),
        [language] * len(sentences),
        [f"{number[context]}/{start}" for context, start in sentences],
    )


def embed_all(tydi: Path, embedder: Embedder) -> tuple[Set, list[Set]]:
    """Return the parallel items, and TyDi QA by language."""
    files = {code: tydi / f"{name}_tydiqa_dev.json" for name, code in TYDI.items()}
    return embed_parallel(read_parallel(), embedder), [embed_tydi(file, code, embedder) for code, file in files.items()]


def embed(encode: Any, texts: list[str]) -> Vectors:
    """Embed in slices, with a progress bar."""
    slices = [texts[start : start + 256] for start in range(0, len(texts), 256)]
    return np.concatenate([encode(part) for part in tqdm(slices, "Embedding", disable=None)])


def language_means(sets: list[Set]) -> "Means":
    """Return the mean vectors of questions and of candidates, by language, and of all languages alike as `und`."""
    both = []
    for vectors, languages in (("queries", "query_languages"), ("candidates", "candidate_languages")):
        matrix = np.concatenate([getattr(part, vectors) for part in sets])
        names = np.array([name for part in sets for name in getattr(part, languages)])
        means = {str(name): matrix[names == name].mean(axis=0) for name in sorted(set(names))}
        both.append({**means, "und": np.mean(list(means.values()), axis=0)})
    return both[0], both[1]


class Maps(nn.Module):
    """Two residual low-rank maps, and the temperature of the softmax."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.query_a = nn.Parameter(torch.randn(dimension, RANK) * 0.05)
        self.query_b = nn.Parameter(torch.zeros(RANK, dimension))
        self.passage_a = nn.Parameter(torch.randn(dimension, RANK) * 0.05)
        self.passage_b = nn.Parameter(torch.zeros(RANK, dimension))
        self.temperature = nn.Parameter(torch.tensor(2.5))
        self.dropout = nn.Dropout(DROPOUT)

    def scores(self, queries: Tensor, candidates: Tensor) -> Tensor:
        """Return all cosines after the maps, shape `(queries, candidates)`."""
        return self._map(queries, self.query_a, self.query_b) @ self._map(candidates, self.passage_a, self.passage_b).T

    def _map(self, vectors: Tensor, a: Tensor, b: Tensor) -> Tensor:
        if self.training:
            vectors = (
                vectors
                + torch.randn_like(vectors) * NOISE * vectors.norm(dim=1, keepdim=True) / vectors.shape[1] ** 0.5
            )
        return nn.functional.normalize(vectors + self.dropout(vectors @ a) @ b)

    def matrices(self) -> tuple[Vectors, Vectors]:
        """Return the maps of questions and of passages, shape `(dimension, dimension)`."""
        identity = torch.eye(len(self.query_a))
        with torch.no_grad():
            return (identity + self.query_a @ self.query_b).numpy(), (
                identity + self.passage_a @ self.passage_b
            ).numpy()


@dataclass
class Tensors:
    """A set, centred, as tensors."""

    queries: Tensor
    candidates: Tensor
    same: Tensor
    own_language: Tensor

    @classmethod
    def of(cls, part: Set, means: "Means") -> "Tensors":
        """Take the means off, and say which candidates are gold, and which are in the question's language."""
        queries = part.queries - np.array([means[0].get(name, means[0]["und"]) for name in part.query_languages])
        candidates = part.candidates - np.array(
            [means[1].get(name, means[1]["und"]) for name in part.candidate_languages]
        )
        same = np.array(part.gold)[:, None] == np.array(part.facts)[None]
        own = np.array(part.query_languages)[:, None] == np.array(part.candidate_languages)[None]
        return cls(torch.tensor(queries), torch.tensor(candidates), torch.tensor(same), torch.tensor(own))

    def loss(self, maps: Maps, rows: Tensor) -> Tensor:
        """Return the softmax loss of finding, for each question, one gold candidate drawn at random; the others are out."""
        scores = maps.scores(self.queries[rows], self.candidates) * maps.temperature.exp()
        gold = self.same[rows]
        drawn = (torch.rand(gold.shape) * gold).argmax(dim=1)
        others = gold.scatter(1, drawn[:, None], False)
        return nn.functional.cross_entropy(scores.masked_fill(others, -1e9), drawn)


Means = tuple[dict[str, Vectors], dict[str, Vectors]]


def fit(parallel: Set, tydi: list[Set]) -> tuple[Means, Maps]:
    """Take the means and learn the maps."""
    means = language_means([parallel, *tydi])
    return means, train(Tensors.of(parallel, means), [Tensors.of(part, means) for part in tydi])


def as_balance(means: Means, maps: Maps) -> Balance:
    """Return what was fitted in the form that retrieval uses."""
    query_map, sentence_map = maps.matrices()
    return Balance(means[0], means[1], query_map, sentence_map, "being fitted")


def train(parallel: Tensors, tydi: list[Tensors]) -> Maps:
    """Learn the maps."""
    torch.manual_seed(0)
    maps = Maps(parallel.queries.shape[1])
    optimiser = torch.optim.AdamW(maps.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in tqdm(range(EPOCHS), "Fitting", disable=None):
        for rows in torch.randperm(len(parallel.queries)).split(BATCH):
            loss = parallel.loss(maps, rows)
            for part in tydi:
                loss = loss + TYDI_WEIGHT / len(tydi) * part.loss(maps, torch.randperm(len(part.queries))[:32])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return maps.eval()


@torch.no_grad()
def held_out(part: Tensors, scores: Tensor) -> dict[str, float]:
    """Return how often a gold candidate is first or among three.

    `own`: among all of the question's language; `cross`: among all, where of the gold one of another language alone is left.
    """
    figures: dict[str, list[float]] = {}
    generator = np.random.default_rng(0)
    for row, gold, own in zip(scores, part.same, part.own_language, strict=True):
        pools = {"own": own}
        foreign = torch.nonzero(gold & ~own).flatten()
        if len(foreign):
            kept = int(foreign[generator.integers(len(foreign))])
            pools["cross"] = ~gold
            pools["cross"][kept] = True
        for name, pool in pools.items():
            best = row.masked_fill(~pool, -9).argsort(descending=True)[:3]
            for top in (1, 3):
                figures.setdefault(f"{name}@{top}", []).append(float(gold[best[:top]].any()))
    return {name: round(float(np.mean(values)), 3) for name, values in figures.items()}


@torch.no_grad()
def report(parallel: Set, tydi: list[Set]) -> None:
    """Fit on all but a quarter of the items and some TyDi questions, and print what those say before and after."""
    items = sorted({fact.split("/")[0] for fact in parallel.gold})
    held = set(random.Random(0).sample(items, len(items) // 4))
    shown = [set(part.gold[TYDI_HELD_OUT:]) for part in tydi]
    with torch.enable_grad():
        means, maps = fit(
            parallel.part(lambda fact: fact.split("/")[0] not in held),
            [part.part(seen.__contains__, candidates=False) for part, seen in zip(tydi, shown, strict=True)],
        )
    tests = {"parallel": parallel.part(lambda fact: fact.split("/")[0] in held)}
    for part, seen in zip(tydi, shown, strict=True):
        hidden = set(part.gold) - seen
        tests[f"TyDi {part.query_languages[0]}"] = part.part(hidden.__contains__, candidates=False)
    untrained = Maps(parallel.queries.shape[1]).eval()
    none: Means = ({"und": np.zeros(1, np.float32)}, {"und": np.zeros(1, np.float32)})
    for name, part in tests.items():
        raw, centred = Tensors.of(part, none), Tensors.of(part, means)
        plain = untrained.scores(centred.queries, centred.candidates)
        mapped = maps.scores(centred.queries, centred.candidates)
        for kind, scores in {
            "as it is": untrained.scores(raw.queries, raw.candidates),
            "centred": plain,
            "mapped": mapped,
            "both": (1 - MAPPED) * plain + MAPPED * mapped,
        }.items():
            print(f"{name:<9}{kind:<9}{held_out(raw, scores)}")


def main() -> None:
    """Embed, fit, print what the held-out questions say, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "training")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "rag" / "data")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = load_embedder(settings)
    parallel, tydi = embed_all(arguments.training / "tydiqa", embedder)
    report(parallel, tydi)
    means, maps = fit(parallel, tydi)
    balance = as_balance(means, maps)
    assert balance.query_map is not None and balance.sentence_map is not None
    languages = sorted(means[0])
    path = arguments.output / file_name("balance", model_name(settings), "npz")
    np.savez_compressed(
        path,
        languages=np.array(languages),
        query_means=np.array([balance.query_means[name] for name in languages], np.float16),
        passage_means=np.array([balance.passage_means[name] for name in languages], np.float16),
        query_map=balance.query_map.astype(np.float16),
        sentence_map=balance.sentence_map.astype(np.float16),
    )
    print(f"{path}: {len(languages) - 1} languages, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
