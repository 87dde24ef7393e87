"""Fit what `rag/late_interaction.py` reads: which few numbers of a token's state tell whether a passage answers a question.

Run: `python benchmarks/fit_late_interaction.py [--training ../shared/training] [--output rag/data]`, half an hour on two cores.

Learnt on TyDi QA (dev in nine languages, train in three; Apache-2.0), its questions in other languages (`crosslingual.jsonl` in
`data`) and the slice of SQuAD 1.1 (CC BY-SA 4.0). A question is to find its passage among those nearest to it, by the sum of
what the vectors say and of late interaction, as retrieval adds them; the embedding model stays as it is. A fifth of the passages,
of SQuAD whole articles, is held out to measure on. Nothing of `seeds/` or XQuAD is seen.

An index keeps what the map makes: with another map raise `FORMAT` in `rag/index/database.py`.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from fit_data import DATA, TYDI, fit_arguments
from tqdm import tqdm

from rag.balance import file_name
from rag.embeddings import Embedder, Encoded, load_embedder, model_name
from rag.late_interaction import SIZE, LateInteraction
from rag.settings import load_settings

States = npt.NDArray[np.float16]
TRAIN = ("english", "korean", "swahili")
PASSAGES, QUESTIONS, OF_ARTICLE, OF_PASSAGE = 1000, 1300, 30, 4  # of a set; of an article or a passage of SQuAD
NEAREST, HARDEST, NEGATIVES = 30, 6, 11
BATCH, EPOCHS, RATE = 8, 2, 5e-4
WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Asked:
    """A question, the passage that answers it, and what it is held out together with."""

    text: str
    passage: str
    article: str


@dataclass(frozen=True)
class Set:
    """Questions and passages as states of their tokens, `(n, dimension)` each; `near` are the passages nearest to a question.

    `base`, shape `(questions, NEAREST)`, is what vectors alone give these: twice the cosine, of the passage and for its sentence.
    """

    questions: list[States]
    passages: list[States]
    gold: list[int]
    near: npt.NDArray[np.int64]
    base: npt.NDArray[np.float32]
    held: npt.NDArray[np.bool_]


class AsTheyAre:
    """In place of a `LateInteraction`: states are not made smaller."""

    def of_passage(self, states: npt.NDArray[np.float32]) -> States:
        """Return the states, shape `(n, dimension)`."""
        return states.astype(np.float16)

    of_question = of_passage


class Late(torch.nn.Module):
    """What is learnt; `weight` and `scale` belong to the learning alone."""

    def __init__(self, states: torch.Tensor) -> None:
        super().__init__()
        self.mean = states.mean(dim=0)
        _, spread, directions = torch.linalg.svd(states - self.mean, full_matrices=False)
        # The first directions of all states, the greatest of them held back: where learning begins.
        self.projection = torch.nn.Parameter((directions[:SIZE] * (spread[0] / spread[:SIZE, None]).sqrt()).T.clone())
        self.importance = torch.nn.Parameter(torch.zeros(states.shape[1]))
        self.bias = torch.nn.Parameter(torch.zeros(()))
        self.weight, self.scale = torch.nn.Parameter(torch.tensor(0.5)), torch.nn.Parameter(torch.tensor(30.0))

    def tokens(self, states: torch.Tensor) -> torch.Tensor:
        """Return unit vectors, shape `(n, dimension)` → `(n, SIZE)`."""
        return torch.nn.functional.normalize((states - self.mean) @ self.projection, dim=1)

    def forward(self, question: torch.Tensor, passages: Sequence[torch.Tensor]) -> torch.Tensor:
        """Return the scores of passages, shape `(passages,)`."""
        weights = torch.sigmoid((question - self.mean) @ self.importance + self.bias)
        alike = self.tokens(question) @ self.tokens(torch.cat(list(passages))).T
        best = torch.stack([part.max(dim=1).values for part in alike.split([len(one) for one in passages], dim=1)])
        return best @ weights / weights.sum()

    def fitted(self) -> LateInteraction:
        """Return it as retrieval reads it."""
        arrays = (one.detach().numpy() for one in (self.mean, self.projection, self.importance))
        return LateInteraction(*arrays, float(self.bias.detach()))


def read_sets(training: Path) -> dict[str, list[Asked]]:
    """Return name → questions."""
    crossed: dict[str, list[str]] = {}
    for line in (DATA / "crosslingual.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        crossed.setdefault(row["id"], []).append(row["q"])
    sets = {}
    for name, language in TYDI.items():
        sets[f"TyDi QA {language}"] = tydi(training / "tydiqa" / f"{name}_tydiqa_dev.json", crossed)
    for name in TRAIN:
        sets[f"TyDi QA {TYDI[name]}, train"] = tydi(training / "tydiqa" / f"{name}_tydiqa_train.json", {})
    return sets | {"SQuAD en": squad(training / "squad-slice.en.json")}


def tydi(path: Path, crossed: dict[str, list[str]]) -> list[Asked]:
    """Return questions on some passages, and the same in other languages, by id, where there are any."""
    rows = [
        Asked(text, paragraph["context"], paragraph["context"])
        for paragraph in _paragraphs(path)
        for one in paragraph["qas"]
        for text in (one["question"], *crossed.get(one["id"], ()))
    ]
    passages = list(dict.fromkeys(row.passage for row in rows))
    kept = set(random.Random(0).sample(passages, min(PASSAGES, len(passages))))
    rows = [row for row in rows if row.passage in kept]
    return random.Random(0).sample(rows, min(QUESTIONS, len(rows)))


def squad(path: Path) -> list[Asked]:
    """Return some questions on some passages of every article: its other passages are hard to tell from them."""
    generator = random.Random(0)
    rows = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        paragraphs = [paragraph for paragraph in article["paragraphs"] if paragraph["qas"]]
        for paragraph in generator.sample(paragraphs, min(OF_ARTICLE, len(paragraphs))):
            asked = generator.sample(paragraph["qas"], min(OF_PASSAGE, len(paragraph["qas"])))
            rows += [Asked(one["question"], paragraph["context"], article["title"]) for one in asked]
    return rows


def _paragraphs(path: Path) -> list[Any]:
    return [one for article in json.loads(path.read_text("utf-8"))["data"] for one in article["paragraphs"]]


def encode(asked: Sequence[Asked], embedder: Embedder) -> Set:
    """Return a set with the states of all its tokens."""
    contexts = sorted({one.passage for one in asked})
    number = {context: at for at, context in enumerate(contexts)}
    questions = _slices(embedder.encode_questions, [one.text for one in asked])
    passages = _slices(embedder.encode_chunks, contexts)
    cosines = np.stack([one.vector for one in questions]) @ np.stack([one.vector for one in passages]).T
    near = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
    articles = sorted({one.article for one in asked})
    held = set(random.Random(1).sample(articles, len(articles) // 5))
    return Set(
        [one.tokens for one in questions],
        [one.tokens for one in passages],
        [number[one.passage] for one in asked],
        near,
        2 * np.take_along_axis(cosines, near, axis=1),
        np.array([one.article in held for one in asked]),
    )


def _slices(encode: Any, texts: list[str]) -> list[Encoded[Any]]:
    slices = [texts[start : start + 128] for start in range(0, len(texts), 128)]
    return [one for part in tqdm(slices, "Embedding", disable=None) for one in encode(part)]


def learn(sets: dict[str, Set]) -> Late:
    """Return what was learnt on all that is not held out."""
    torch.manual_seed(0)
    late = Late(torch.cat([_tensor(one) for each in sets.values() for one in each.passages[::9]])[::3])
    items = [
        (each, row)
        for each in sets.values()
        for row in np.flatnonzero(~each.held).tolist()
        if each.gold[row] in each.near[row]
    ]
    groups = [
        {"params": [late.projection], "lr": RATE},
        {"params": [late.importance, late.bias], "lr": 3 * RATE},
        {"params": [late.weight], "lr": 0.01},
        {"params": [late.scale], "lr": 0.5},
    ]
    optimizer = torch.optim.Adam(groups)
    steps = EPOCHS * -(-len(items) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.05, 1 - step / steps))
    generator = random.Random(0)
    for epoch in range(EPOCHS):
        generator.shuffle(items)
        bar = tqdm(range(0, len(items), BATCH), f"Learning, {epoch + 1} of {EPOCHS}", disable=None)
        for start in bar:
            batch = [_loss(late, each, row, generator) for each, row in items[start : start + BATCH]]
            loss = torch.stack(batch).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return late


def _loss(late: Late, each: Set, row: int, generator: random.Random) -> torch.Tensor:
    """Return the cross entropy of the right passage among the hardest others and some more."""
    near = each.near[row].tolist()
    right = near.index(each.gold[row])
    others = [at for at in range(len(near)) if at != right]
    more = generator.sample(others[HARDEST:], min(NEGATIVES - HARDEST, len(others[HARDEST:])))
    chosen = [right, *others[:HARDEST], *more]
    scores = late(_tensor(each.questions[row]), [_tensor(each.passages[near[at]]) for at in chosen])
    logits = (torch.from_numpy(each.base[row, chosen]) + late.weight * scores) * late.scale
    return torch.nn.functional.cross_entropy(logits[None], torch.zeros(1, dtype=torch.long))


def _tensor(states: States) -> torch.Tensor:
    return torch.from_numpy(states.astype(np.float32))


def measure(late: Late, each: Set) -> dict[float, float]:
    """Return weight of late interaction → nDCG@10 of the held-out questions."""
    rows = np.flatnonzero(each.held).tolist()
    gains: dict[float, list[float]] = {weight: [] for weight in WEIGHTS}
    with torch.no_grad():
        for row in rows:
            near = each.near[row].tolist()
            found = late(_tensor(each.questions[row]), [_tensor(each.passages[at]) for at in near]).numpy()
            for weight in WEIGHTS:
                ranked = [near[at] for at in np.argsort(-(each.base[row] + weight * found), kind="stable")[:10]]
                right = each.gold[row]
                gains[weight].append(1 / np.log2(ranked.index(right) + 2) if right in ranked else 0.0)
    return {weight: round(float(np.mean(values)), 4) for weight, values in gains.items()}


def main() -> None:
    """Encode, learn, print what is held out, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    name = model_name(settings)
    embedder = load_embedder(settings, late=cast(LateInteraction, AsTheyAre()))
    sets = {title: encode(asked, embedder) for title, asked in read_sets(arguments.training).items()}
    late = learn(sets)
    print(f"weight learnt beside twice the cosine: {float(late.weight.detach()):.2f}")
    for title, each in sets.items():
        print(f"{title:<22}{int(each.held.sum()):>5} questions  {measure(late, each)}", flush=True)
    fitted = late.fitted()
    path = arguments.output / file_name("late-interaction", name, "npz")
    arrays = {"mean": fitted.mean, "projection": fitted.projection, "importance": fitted.importance}
    half: dict[str, Any] = {key: array.astype(np.float16) for key, array in arrays.items()}
    np.savez_compressed(path, **half, bias=np.float32(fitted.bias))
    print(path)


if __name__ == "__main__":
    main()
