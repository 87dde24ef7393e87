"""True sentences of documents, and the same with one number, date, name or negation changed.

Independent of `rag.facts`, which is what they measure: figures by a pattern, months and weekdays from CLDR (`babel`), the rest by
the hand-written `data/alterations.toml`. The evidence is the chunk, as the index cuts it, that holds the sentence.
"""

import json
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex
from babel.dates import get_day_names, get_month_names
from fit_data import DATA, ROOT
from stories import part_of

from rag.checking import Claim, Evidence
from rag.chunks import chunk_document
from rag.documents import find_documents, read_document
from rag.models import Chunk, Document
from rag.settings import Settings

_FEWEST_WORDS = 5
_LEVANT = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)
_EGYPT = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
_FIGURE = regex.compile(
    r"(?<![\p{L}\p{Nd}.,٫٬:/-])\p{Nd}+(?:[.,٫٬\N{NO-BREAK SPACE}]\p{Nd}+)*(?![\p{Nd}:٪]|[-–/]\p{L}|\p{Latin})"
)
_CLOCK = regex.compile(r"(?<!\p{Nd})\p{Nd}{1,2}:\p{Nd}\p{Nd}(?!\p{Nd})")
_COUNTED = "%|€|\\$|kW|mm|منزل|دولار|متر|litro|manta|personas"
_YEAR = regex.compile(
    rf"(?<![\p{{Nd}}.,٫٬$€])(?:1[0-9]|20|١[٠-٩]|٢٠)\p{{Nd}}\p{{Nd}}(?![\p{{Nd}},٬]|[.٫]\p{{Nd}}| ?(?:{_COUNTED})|-\p{{Nd}})"
)


@dataclass(frozen=True)
class Altered:
    """A sentence of a document, with the kind of what was changed in it (`true`: nothing), and the part of the set it is in."""

    claim: Claim
    evidence: Evidence
    kind: str
    part: str
    original: str


def altered_sentences(
    folders: Sequence[Path], count_tokens: Callable[[Sequence[str]], Sequence[int]], settings: Settings
) -> list[Altered]:
    """Return each sentence of the documents as it is, and changed in each way that can be, by a fixed random seed."""
    generator = random.Random(0)
    found: list[Altered] = []
    for path in sorted(path for folder in folders for path in find_documents([folder]).files):
        document = read_document(path, source=path.name)
        chunks = chunk_document(
            document, count_tokens, max_tokens=settings.chunk_tokens, overlap_sentences=settings.chunk_overlap
        )
        part = part_of(path.name)
        for evidence, sentence in _sentences(document, chunks):
            found.append(Altered(Claim(sentence, document.language), evidence, "true", part, sentence))
            for kind, text in _alterations(sentence, evidence.text, document.language, generator):
                found.append(Altered(Claim(text, document.language), evidence, kind, part, sentence))
    return found


def _sentences(document: Document, chunks: Sequence[Chunk]) -> Iterator[tuple[Evidence, str]]:
    seen: set[tuple[int, int]] = set()
    for chunk in chunks:
        evidence = Evidence(chunk.text, document.language, document.source, "", chunk.start, document.date)
        for span in chunk.sentences:
            text = document.text[span.start : span.end]
            long = len(text.split()) >= _FEWEST_WORDS or (document.language == "zh" and len(text) > 10)
            if (span.start, span.end) not in seen and long and not regex.search(r"[?؟？]\W*$", text):
                seen.add((span.start, span.end))
                yield evidence, text


def _alterations(sentence: str, evidence: str, language: str, generator: random.Random) -> Iterator[tuple[str, str]]:
    dates, figures = _dates(sentence, language), _figures(sentence, language)
    for kind, changes in (
        ("number", figures + _pairs(sentence, language, "swaps", both=False)),
        ("date", dates),
        ("name", _names(sentence, evidence, language, generator)),
        ("negation", _pairs(sentence, language, "negations", both=True)),
    ):
        for start, end, new in changes:
            text = new(generator) if callable(new) else new
            changed = sentence[:start] + text + sentence[end:]
            if changed != sentence and (kind in ("name", "negation") or text not in evidence):
                yield kind, changed


Change = tuple[int, int, str | Callable[[random.Random], str]]


def _figures(sentence: str, language: str) -> list[Change]:
    taken = [(start, end) for start, end, _ in _dates(sentence, language)]
    return [
        (match.start(), match.end(), _other_figure(match[0]))
        for match in _FIGURE.finditer(sentence)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]


def _other_figure(figure: str) -> Callable[[random.Random], str]:
    """Return what changes one digit of a figure, the first more often than the rest."""

    def change(generator: random.Random) -> str:
        places = [at for at, character in enumerate(figure) if character.isdecimal()]
        at = places[0] if generator.random() < 0.6 else generator.choice(places)
        zero = ord(figure[at]) - int(figure[at])
        digit = generator.choice([one for one in range(1, 10) if one != int(figure[at])])
        return figure[:at] + chr(zero + digit) + figure[at + 1 :]

    return change


@cache
def _calendar(language: str) -> tuple[tuple[str, ...], ...]:
    """Return the lists of names of months and of weekdays, in the forms that dates are written in."""
    months = [tuple(get_month_names("wide", context, language).values()) for context in ("format", "stand-alone")]
    days = [tuple(get_day_names("wide", context, language).values()) for context in ("format", "stand-alone")]
    arabic = [_LEVANT, _EGYPT] if language == "ar" else []
    return tuple([*months, *arabic, *days])


def _dates(sentence: str, language: str) -> list[Change]:
    """Return changes of the year, of the day beside a month's name, of the month or weekday, and of the time of day."""
    found: list[Change] = [(match.start(), match.end(), _other_time(match[0])) for match in _CLOCK.finditer(sentence)]
    for match in _YEAR.finditer(sentence):
        last = match.end() - 1
        found.append((match.start(), match.end(), lambda g, whole=match[0]: whole[:-1] + _digit(whole[-1], g)))
        if language == "zh":
            found += _chinese_day(sentence, last + 1)
    for names in _calendar(language) if language != "zh" else ():
        for name in names:
            pattern = rf"(?i)(?<![\p{{L}}\p{{M}}/])(?:ال)?{regex.escape(name)}(?![\p{{L}}\p{{M}}/])"
            for match in regex.finditer(pattern, sentence):
                if match[0][:1].isupper() or language not in ("en", "de"):
                    found.append((match.start(), match.end(), _other_of(names, name, match[0])))
            beside = regex.compile(rf"(?i)(?<![\p{{L}}\p{{Nd}}])(\p{{Nd}}{{1,2}})\.? (?:de )?(?={regex.escape(name)})")
            for match in beside.finditer(sentence):
                found.append((match.start(1), match.end(1), _other_day(match[1])))
    return list({(start, end): (start, end, new) for start, end, new in found}.values())


def _chinese_day(sentence: str, at: int) -> list[Change]:
    match = regex.match(r"年(\d{1,2})月(?:(\d{1,2})日)?", sentence[at:])
    if match is None:
        return []
    group = 2 if match[2] else 1
    return [(at + match.start(group), at + match.end(group), _other_day(match[group], 28 if match[2] else 12))]


def _digit(digit: str, generator: random.Random) -> str:
    zero = ord(digit) - int(digit)
    return chr(zero + generator.choice([one for one in range(10) if one != int(digit)]))


def _other_time(clock: str) -> Callable[[random.Random], str]:
    return lambda generator: clock[:-1] + _digit(clock[-1], generator)


def _other_day(day: str, most: int = 28) -> Callable[[random.Random], str]:
    zero = ord(day[0]) - int(day[0])

    def change(generator: random.Random) -> str:
        other = generator.choice([one for one in range(1, most + 1) if one != int(day)])
        return "".join(chr(zero + int(digit)) for digit in str(other))

    return change


def _other_of(names: Sequence[str], name: str, written: str) -> Callable[[random.Random], str]:
    def change(generator: random.Random) -> str:
        other = generator.choice([one for one in names if one != name])
        return written.lower().replace(name.lower(), other.title() if written[:1].isupper() else other)

    return change


@cache
def _table(language: str) -> dict[str, list[str] | list[list[str]]]:
    return tomllib.loads((DATA / "alterations.toml").read_text("utf-8")).get(language, {})


def _pairs(sentence: str, language: str, key: str, *, both: bool) -> list[Change]:
    found: list[Change] = []
    for old, new in _table(language).get(key, []):
        for one, other in ((old, new), (new, old)) if both else ((old, new),):
            match = regex.search(_whole_word(one, language), sentence)
            if match and not (other in sentence and one in other):
                found.append((match.start(), match.end(), other))
    return found


def _names(sentence: str, evidence: str, language: str, generator: random.Random) -> list[Change]:
    found: list[Change] = []
    for key in ("people", "places", "bodies"):
        names = [str(name) for name in _table(language).get(key, [])]
        taken: list[tuple[int, int]] = []
        for name in sorted(names, key=len, reverse=True):
            others = [one for one in names if not _share_a_word(one, evidence) and len(one.split()) <= 3]
            pattern = (
                regex.escape(name)
                if language == "zh"
                else rf"(?<![\p{{L}}\p{{M}}]){regex.escape(name)}(?![\p{{L}}\p{{M}}])"
            )
            for match in regex.finditer(pattern, sentence):
                fitting = [one for one in others if not _alike(one, name, language)]
                if fitting and not any(start < match.end() and match.start() < end for start, end in taken):
                    taken.append((match.start(), match.end()))
                    found.append((match.start(), match.end(), generator.choice(fitting)))
    return found


def _whole_word(text: str, language: str) -> str:
    word = regex.escape(text)
    return word if language == "zh" else rf"(?<![\p{{L}}\p{{M}}]){word}(?![\p{{L}}\p{{M}}])"


def _alike(one: str, other: str, language: str) -> bool:
    return any(one in names and other in names for names in _table(language).get("alike", []))


def _share_a_word(name: str, evidence: str) -> bool:
    return any(len(word) > 2 and word in evidence for word in name.split()) or name in evidence


def folders(shared: Path) -> list[Path]:
    """Return where the documents are: our samples, and the news of `shared` where it is."""
    return [path for path in (ROOT / "seeds", shared / "seeds") if path.is_dir()]


def true_claims(count_tokens: Callable[[Sequence[str]], Sequence[int]], settings: Settings) -> list[Altered]:
    """Return the true claims of `data/paraphrases.jsonl`, each with the chunk that holds the sentence it rests on."""
    found = []
    for line in (DATA / "paraphrases.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        document = read_document(ROOT / "seeds" / row["source"], source=row["source"])
        chunks = chunk_document(
            document, count_tokens, max_tokens=settings.chunk_tokens, overlap_sentences=settings.chunk_overlap
        )
        at = document.text.index(row["quote"])
        end = at + len(row["quote"])
        chunk = max(chunks, key=lambda one: min(end, one.end) - max(at, one.start))
        evidence = Evidence(chunk.text, document.language, document.source, "", chunk.start, document.date)
        part = part_of(row["source"])
        found.append(Altered(Claim(row["claim"], row["language"]), evidence, row["kind"], part, row["quote"]))
    return found
