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
    supported: str
    contradicted: str
    unsupported: str
    first_contradicted: str
    found: str


_ENGLISH = Words(
    sources="Sources",
    nearest="Nearest passages",
    nearest_note="These do not answer the question: they are only what the documents hold that is closest to it.",
    page="p. {}",
    wait="Reading the documents…",
    supported="in the source",
    contradicted="the source says otherwise",
    unsupported="not in the source",
    first_contradicted="Careful: the source contradicts the first sentence of this answer.",
    found="Not cited, but found",
)
_ARABIC = Words(
    sources="المصادر",
    nearest="أقرب المقاطع",
    nearest_note="لا تجيب هذه المقاطع عن السؤال، وإنما هي أقرب ما في الوثائق إليه.",
    page="ص {}",
    wait="أبحث في الوثائق…",
    supported="في المصدر",
    contradicted="المصدر يقول خلاف ذلك",
    unsupported="ليس في المصدر",
    first_contradicted="تنبيه: المصدر يخالف الجملة الأولى من هذا الجواب.",
    found="وُجد بلا إحالة إليه",
)


def words(language: str) -> Words:
    """Return the page's words for a language (ISO 639-1 code).

    >>> words("ar").sources, words("ru").sources
    ('المصادر', 'Sources')
    """
    return _ARABIC if language == "ar" else _ENGLISH
