"""Claims with their evidence that the cross-encoder learns to read: many more than `checking_data.py` makes, from other passages.

What `fit_checking.py` fits or measures on is left out by the passage. Beside claims of the kinds that `checking_data.py` makes
there are sentences with one word put in place of another, questions of TyDi QA in other languages than their passages, and
questions alone, which are "supported" by what answers them and not by the same passage without that sentence.
"""

import json
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import regex
from checking_data import Example, is_number, read_all, read_parallel_items, read_paraphrases, stated, swap, swap_within
from checking_data import shortened as shortened_sentence
from fit_data import DATA, TYDI

from rag.checking import Claim, Evidence

TRAIN = ("english", "korean", "swahili")
OF_TRAIN, OF_SQUAD = 1200, 1600  # passages
OF_PASSAGE, OF_ITEM = 3, 24  # questions; pairs of languages
LONGEST_ANSWER = 120
ELSEWHERE, STATED, SHORTENED, ALONE = 0.25, 0.35, 0.5, 0.5
"""How often an answer gives way to another passage's; an English question is made a statement; a sentence is shortened; a
question stands alone."""
WITHOUT_CAPITALS = ("ar", "bn", "ko", "te")


def split_groups(examples: Iterable[Example]) -> tuple[set[str], set[str]]:
    """Return the groups that the checker is fitted on, and the third that is held out; the cross-encoder learns on the rest."""
    groups = sorted({one.group for one in examples})
    held = set(random.Random(0).sample(groups, len(groups) // 3))
    left = [group for group in groups if group not in held]
    return set(random.Random(1).sample(left, len(left) // 3)), held


def read_claims(training: Path) -> list[Example]:
    """Return the examples to learn on, in an order by chance."""
    known = read_all(training)
    fitted, held = split_groups(known)
    taken = [one for one in known if one.group in fitted | held]
    hidden = {_passage(one.evidence.text) for one in taken}
    crossed = _crosslingual()
    generator = random.Random(2)
    examples = [one for one in read_parallel_items(OF_ITEM) + read_paraphrases("A") if one.group not in fitted | held]
    for name, language in TYDI.items():
        paragraphs = _paragraphs(training / "tydiqa" / f"{name}_tydiqa_dev.json", hidden)
        examples += _made(paragraphs, language, crossed, generator)
    for name in TRAIN:
        paragraphs = _paragraphs(training / "tydiqa" / f"{name}_tydiqa_train.json", hidden)
        examples += _made(generator.sample(paragraphs, min(OF_TRAIN, len(paragraphs))), TYDI[name], crossed, generator)
    paragraphs = _paragraphs(training / "squad-slice.en.json", hidden)
    examples += _made(generator.sample(paragraphs, min(OF_SQUAD, len(paragraphs))), "en", crossed, generator)
    generator.shuffle(examples)
    return examples


def read_questions(training: Path, evidence: Collection[str]) -> list[Example]:
    """Return the questions of TyDi QA dev and SQuAD on these passages alone, with what answers them and without it."""
    examples = []
    shown = {_passage(text) for text in evidence}
    files = {training / "tydiqa" / f"{name}_tydiqa_dev.json": language for name, language in TYDI.items()}
    for path, language in (files | {training / "squad-slice.en.json": "en"}).items():
        for one in _paragraphs(path, ()):
            if _passage(one["context"]) in shown:
                for qa in one["qas"][:OF_PASSAGE]:
                    examples += list(_alone(qa, Evidence(one["context"], language)))
    return examples


def _passage(text: str) -> str:
    """Return what a passage is known by: letters alone, as files differ in their spaces."""
    return regex.sub(r"\W+", "", text)


def _paragraphs(path: Path, hidden: Collection[str]) -> list[dict[str, Any]]:
    found = {}
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for one in article["paragraphs"]:
            if one["qas"] and _passage(one["context"]) not in hidden:
                found.setdefault(one["context"], {"context": one["context"], "qas": []})["qas"] += one["qas"]
    return list(found.values())


def _crosslingual() -> dict[str, list[tuple[str, str]]]:
    """Return id → the question's language and text."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (DATA / "crosslingual.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["id"], []).append((row["language"], row["q"]))
    return found


def _made(
    paragraphs: Sequence[dict[str, Any]],
    language: str,
    crossed: dict[str, list[tuple[str, str]]],
    generator: random.Random,
) -> Iterator[Example]:
    others = [qa["answers"][0]["text"] for one in paragraphs for qa in one["qas"]]
    others = generator.sample(others, min(3000, len(others)))
    for one in paragraphs:
        evidence = Evidence(one["context"], language)
        for qa in one["qas"][:OF_PASSAGE]:
            yield from _asked(qa, evidence, others, crossed.get(qa["id"], ()), generator)
            if generator.random() < ALONE:
                yield from _alone(qa, evidence)
        if generator.random() < SHORTENED:
            yield from _shortened(evidence, generator)


def _asked(
    qa: dict[str, Any],
    evidence: Evidence,
    others: Sequence[str],
    crossed: Iterable[tuple[str, str]],
    generator: random.Random,
) -> Iterator[Example]:
    question, answer = qa["question"], qa["answers"][0]["text"]
    if len(answer) > LONGEST_ANSWER:
        return
    wrong = [swap_within(answer, evidence.text, generator)]
    if wrong == [None] or generator.random() < ELSEWHERE:
        wrong.append(swap(answer, list(others), evidence.text, generator))
    texts = [(answer, True), *((one, False) for one in wrong if one)]
    as_statement = evidence.language == "en" and generator.random() < STATED and stated(question, answer) is not None
    for text, supported in texts:
        claim = Claim(stated(question, text) or "", "en") if as_statement else Claim(text, evidence.language, question)
        yield Example(claim, evidence, supported, "answers", "")
        for language, asked in crossed:
            yield Example(Claim(text, language, asked), evidence, supported, "answers, crossed", "")


def _alone(qa: dict[str, Any], evidence: Evidence) -> Iterator[Example]:
    claim, answer = Claim(qa["question"], evidence.language), qa["answers"][0]["text"]
    sentences = [evidence.text[span.start : span.end] for span in evidence.sentences]
    others = [one for one in sentences if answer not in one]
    if others and len(others) < len(sentences):
        yield Example(claim, evidence, True, "questions", "")
        yield Example(claim, Evidence(" ".join(others), evidence.language), False, "questions", "")


def _shortened(evidence: Evidence, generator: random.Random) -> Iterator[Example]:
    for one in shortened_sentence(evidence, generator, "sentences", ""):
        yield one
        text = _with_another_word(one.claim.text, evidence, generator) if one.supported else None
        if text:
            yield Example(Claim(text, evidence.language), evidence, False, "sentences, another word", "")


def _with_another_word(text: str, evidence: Evidence, generator: random.Random) -> str | None:
    """Return a sentence with one of its figures, names or, here and there, other words in place of another of the passage."""
    words = list(regex.finditer(r"[^\s,;:.()«»\"]+", text))
    generator.shuffle(words)
    for match in words:
        word = match.group()
        telling = is_number(word) or (len(word) > 2 and (word[0].isupper() or evidence.language in WITHOUT_CAPITALS))
        if telling or (len(word) > 2 and generator.random() < 0.3):
            other = swap_within(word, evidence.text, generator)
            if other and (len(other) > 2 or is_number(other)):
                return text[: match.start()] + other + text[match.end() :]
    return None
