"""What the page says of itself, in the language of the answer it stands beside: Arabic, or else English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The page's own words in one language."""

    sources: str
    nearest: str
    nearest_note: str
    page: str
    wait: str


_ENGLISH = Words(
    sources="Sources",
    nearest="Nearest passages",
    nearest_note="These do not answer the question: they are only what the documents hold that is closest to it.",
    page="p. {}",
    wait="Reading the documents…",
)
_ARABIC = Words(
    sources="المصادر",
    nearest="أقرب المقاطع",
    nearest_note="لا تجيب هذه المقاطع عن السؤال، وإنما هي أقرب ما في الوثائق إليه.",
    page="ص {}",
    wait="أبحث في الوثائق…",
)


def words(language: str) -> Words:
    """Return the page's words for a language (ISO 639-1 code).

    >>> words("ar").sources, words("ru").sources
    ('المصادر', 'Sources')
    """
    return _ARABIC if language == "ar" else _ENGLISH
