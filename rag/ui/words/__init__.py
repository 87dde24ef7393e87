"""The interface's own words: one TOML file a language, found by its name. To add a language is to add a file.

What stands beside an answer is said in the answer's language if there is a file of it; all else in the reader's own, which the
browser names.
"""

import tomllib
from functools import cache
from importlib.resources import files

import gradio as gr
from gradio.i18n import I18nData

FALLBACK = "en"


class Words:
    """The words of one language, by key: `say("page", 3)`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language, self.texts = language, texts

    def __call__(self, key: str, *values: object) -> str:
        """Return the words of a key, with `values` in place of its `{}`."""
        return self.texts[key].format(*values)


@cache
def all_words() -> dict[str, Words]:
    """Return the words of every language that has a file, by ISO 639-1 code."""
    found = sorted(files(__name__).iterdir(), key=lambda file: file.name)
    texts = {file.name[:-5]: file.read_text("utf-8") for file in found if file.name.endswith(".toml")}
    return {language: Words(language, tomllib.loads(text)) for language, text in texts.items()}


def words(*languages: str) -> Words:
    """Return the words of the first of these languages (ISO 639-1 codes) that has any; English if none has.

    >>> words("ar")("sources"), words("ru", "ar")("sources"), words("ru")("sources")
    ('المصادر', 'المصادر', 'Sources')
    """
    known = all_words()
    return known[next((language for language in languages if language in known), FALLBACK)]


def label(key: str) -> I18nData:
    """Return the words of a key as a component takes them: the browser picks the language."""
    if key not in words(FALLBACK).texts:
        raise KeyError(key)
    return I18nData(key)


def translations() -> gr.I18n:
    """Return all words as Gradio hands them to the browser."""
    return gr.I18n(**{language: known.texts for language, known in all_words().items()})


def reader_language(request: gr.Request | None) -> str:
    """Return the language of the interface for whoever asks, an ISO 639-1 code."""
    accepted = request.headers.get("accept-language", "") if request else ""
    return language_of(accepted or "")


def language_of(accepted: str) -> str:
    """Return the language to use for an `Accept-Language` header: the first it names that has words.

    >>> language_of("fr-CH, ar-EG;q=0.9, en;q=0.8"), language_of("en-GB,ar;q=0.5"), language_of("")
    ('ar', 'en', 'en')
    """
    named: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        named.append((-weight, tag.strip().lower().split("-")[0]))
    named.sort(key=lambda one: one[0])  # stable: of equals the first
    return words(*(language for _, language in named)).language
