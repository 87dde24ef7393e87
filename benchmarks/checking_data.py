"""Claims with the evidence that supports them, and claims that it does not support: what the checker is fitted on.

From TyDi QA and SQuAD: a question with its gold answer as the claim, against its passage; and with another span of the same kind,
of the same passage or of another one. For English also as one statement, the answer in place of the question word. Sentences of a
passage, shortened, against the passage with them and without them. From our parallel items: a sentence in one language against
the item in another one, with the sentence that says it and without.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex
from fit_data import DATA, ROOT, TYDI, parallel_rows
from stories import part_of

from rag.checking import Claim, Evidence
from rag.documents import read_document
from rag.text.sentences import sentence_spans

_WH = regex.compile(r"(?i)^(who|what|which \w+|which|where|when|how many|how much)\b(.*?)\??\s*$")
_LONGEST_ANSWER = 120
TWINS = ("reworded", "joined", "inferred", "short")
_AROUND = 3  # sentences on either side of a paraphrased one


@dataclass(frozen=True)
class Example:
    """A claim, its evidence, whether that supports it, the set it is of, and the group that must not be split."""

    claim: Claim
    evidence: Evidence
    supported: bool
    kind: str
    group: str


def by_kind(examples: Iterable[Example]) -> dict[str, list[int]]:
    """Return kind, of TyDi QA also with the language → the numbers of its examples, by name."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(examples):
        found.setdefault(one.kind, []).append(number)
        if one.kind == "TyDi QA":
            found.setdefault(f"TyDi QA {one.claim.language}", []).append(number)
    return dict(sorted(found.items()))


def read_squad_file(path: Path, language: str, most: int, kind: str) -> list[Example]:
    """Return examples of a file in SQuAD's format, of at most so many passages."""
    paragraphs = [
        p for article in json.loads(path.read_text("utf-8"))["data"] for p in article["paragraphs"] if p["qas"]
    ]
    generator = random.Random(0)
    paragraphs = generator.sample(paragraphs, min(most, len(paragraphs)))
    others = [qa["answers"][0]["text"] for p in paragraphs for qa in p["qas"]]
    examples = []
    for number, paragraph in enumerate(paragraphs):
        evidence = Evidence(paragraph["context"], language)
        group = f"{kind}/{language}/{number}"
        for qa in paragraph["qas"][:2]:
            examples += _asked(qa, evidence, others, generator, kind, group)
        examples += shortened(evidence, generator, f"{kind} sentences", group)
    return examples


def _asked(
    qa: dict[str, object], evidence: Evidence, others: list[str], generator: random.Random, kind: str, group: str
) -> Iterator[Example]:
    question, answer = str(qa["question"]), qa["answers"][0]["text"]  # type: ignore[index]
    if len(answer) > _LONGEST_ANSWER:
        return
    wrong = [
        one
        for one in (swap_within(answer, evidence.text, generator), swap(answer, others, evidence.text, generator))
        if one
    ]
    for text, supported in [(answer, True), *((one, False) for one in wrong)]:
        yield Example(Claim(text, evidence.language, question), evidence, supported, kind, group)
        statement = stated(question, text) if evidence.language == "en" else None
        if statement:
            yield Example(Claim(statement, "en"), evidence, supported, f"{kind} stated", group)


def stated(question: str, answer: str) -> str | None:
    """Return a question with its answer in place of the question word; None where it does not begin with one.

    >>> stated("Who wrote Emma?", "Jane Austen")
    'Jane Austen wrote Emma.'
    """
    match = _WH.match(question.strip())
    return f"{answer}{match[2]}." if match else None


def is_number(text: str) -> bool:
    """Tell whether a span is mainly a figure or a date."""
    return any(character.isdecimal() for character in text)


def swap(answer: str, others: list[str], passage: str, generator: random.Random) -> str | None:
    """Return another passage's answer of the same kind that this passage does not hold."""
    fitting = [
        one
        for one in others
        if is_number(one) == is_number(answer)
        and abs(len(one.split()) - len(answer.split())) <= 1
        and one not in passage
        and one[:1].isupper() == answer[:1].isupper()
    ]
    return generator.choice(fitting) if fitting else None


def swap_within(answer: str, passage: str, generator: random.Random) -> str | None:
    """Return another span of the passage, of the same kind and number of words."""
    words = [(match.start(), match.end()) for match in regex.finditer(r"[^\s,;:.()«»\"]+", passage)]
    count = len(answer.split())
    spans = [
        passage[words[at][0] : words[at + count - 1][1]]
        for at in range(len(words) - count + 1)
        if words[at + count - 1][1] - words[at][0] <= len(answer) * 2 + 10
    ]
    held = set(answer.casefold().split())
    fitting = [
        one
        for one in spans
        if is_number(one) == is_number(answer)
        and one[:1].isupper() == answer[:1].isupper()
        and not held & set(one.casefold().split())
        and one.casefold() not in answer.casefold()
    ]
    return generator.choice(fitting) if fitting else None


def shortened(evidence: Evidence, generator: random.Random, kind: str, group: str) -> Iterator[Example]:
    """Yield a sentence without its end or its beginning, with its passage, and with the passage that lacks it."""
    spans = evidence.sentences
    if len(spans) < 3:
        return
    span = generator.choice(spans)
    words = evidence.text[span.start : span.end].split()
    if len(words) < 8:
        return
    cut = max(5, round(len(words) * generator.uniform(0.6, 0.9)))
    claim = Claim(" ".join(words[:cut] if generator.random() < 0.7 else words[-cut:]), evidence.language)
    without = evidence.text[: span.start] + evidence.text[span.end :]
    yield Example(claim, evidence, True, kind, group)
    yield Example(claim, Evidence(without, evidence.language), False, kind, group)


def read_parallel_items(most: int) -> list[Example]:
    """Return sentences of the parallel items against their translations, with and without the sentence that says it."""
    generator = random.Random(0)
    items: dict[str, list[dict[str, object]]] = {}
    for row in parallel_rows():
        items.setdefault(str(row["item"]), []).append(row)
    examples = []
    for item, rows in sorted(items.items()):
        for _ in range(most):
            said, told = generator.sample(rows, 2)
            at = generator.randrange(len(said["sentences"]))  # type: ignore[arg-type]
            claim = Claim(said["sentences"][at], str(said["language"]))  # type: ignore[index]
            sentences = list(told["sentences"])  # type: ignore[call-overload]
            without = [one for number, one in enumerate(sentences) if number != at]
            for kept, supported in ((sentences, True), (without, False)):
                evidence = Evidence(" ".join(kept), str(told["language"]))
                examples.append(Example(claim, evidence, supported, "parallel", f"parallel/{item}"))
    return examples


def read_paraphrases(part: str) -> list[Example]:
    """Return the true claims of `data/paraphrases.jsonl` on the documents of a part, with what surrounds their sentence.

    And without the sentence: then the evidence does not say it.
    """
    examples = []
    for line in (DATA / "paraphrases.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if part_of(row["source"]) != part:
            continue
        document = read_document(ROOT / "seeds" / row["source"], source=row["source"])
        start = document.text.index(row["quote"])
        end = start + len(row["quote"])
        spans = sentence_spans(document.text, document.language)
        before = [one for one in spans if one.end <= start][-_AROUND:]
        after = [one for one in spans if one.start >= end][:_AROUND]
        first = before[0].start if before else start
        last = after[-1].end if after else end
        whole = document.text[first:last]
        without = document.text[first:start] + document.text[end:last]
        claim = Claim(row["claim"], row["language"])
        group = f"paraphrases/{row['source']}"
        for text, supported in ((whole, True), (without, False)):
            examples.append(Example(claim, Evidence(text, document.language), supported, row["kind"], group))
    return examples


def read_inferences() -> list[Example]:
    """Return what the premises of `data/inferences.jsonl` imply, do not say, and deny: every fifth."""
    examples = []
    for row in _kept("inferences.jsonl"):
        evidence = Evidence(row["premise"], row["language"])
        for kind in ("follows", "not_said", "denied"):
            claims = [Claim(text, row["language"]) for text in row[kind]]
            examples += [Example(claim, evidence, kind == "follows", kind, row["id"]) for claim in claims]
    return examples


def read_twins() -> list[Example]:
    """Return claims of `data/twins.jsonl` and their twins, which the passage does not support: every fifth."""
    examples = []
    for row in _kept("twins.jsonl"):
        evidence = Evidence(row["passage"], row["language"])
        for kind, pair in zip(TWINS, row["pairs"], strict=True):
            for key, supported in (("said", True), ("not", False)):
                claim = Claim(pair[key], row["language"])
                examples.append(Example(claim, evidence, supported, f"twins, {kind}", row["id"]))
    return examples


def _kept(name: str) -> list[dict[str, Any]]:
    """Return every fifth row of a file of ours: these are kept to measure on."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()][::5]


def read_all(training: Path) -> list[Example]:
    """Return all examples."""
    examples = read_parallel_items(5) + read_paraphrases("A")
    for name, language in TYDI.items():
        examples += read_squad_file(training / "tydiqa" / f"{name}_tydiqa_dev.json", language, 130, "TyDi QA")
    return examples + read_squad_file(training / "squad-slice.en.json", "en", 500, "SQuAD")
