"""The checker's reasons in the reader's language: Arabic, or as they are."""

import regex

_PARTS = [
    (r"the source says this word for word", "يقول المصدر هذا بنصّه"),
    (r"the source says this in other words", "يقول المصدر هذا بعبارة أخرى"),
    (r"the source does not say this", "لا يقول المصدر هذا"),
    (r"only quotes can be proved with this embedding model", "لا يُثبَت بهذا النموذج إلا الاقتباس"),
    (r"there is no source to check this against", "لا مصدر يُقارَن به"),
    (r"there are no words to check", "لا كلام فيه يُتحقَّق منه"),
    (r"no source is cited", "لا إحالة إلى مصدر"),
    (r"source says only (.+), answer says (.+)", "في المصدر {} فقط، وفي الجواب {}"),
    (r"source says (.+), answer says (.+)", "في المصدر {}، وفي الجواب {}"),
    (r"the source has no number (.+)", "ليس في المصدر العدد {}"),
    (r"the source has no date (.+)", "ليس في المصدر التاريخ {}"),
    (r"the source does not name (.+)", "لا يذكر المصدر {}"),
    (r"(\[\d+\]) points at no source \(there (?:are|is) (\d+)\)", "لا مصدر للإحالة {} (عدد المصادر {})"),
    (r"(\[\d+\]) is (.+), which is no longer in the index", "الإحالة {} إلى {}، ولم يعد في الفهرس"),
    (
        r"(\[\d+\]) is (.+), which states nothing there: it gives orders to a machine",
        "الإحالة {} إلى {}، ولا يقول هناك شيئًا بل يأمر الآلة",
    ),
    (r"the marker “(.+)” cannot be read \(expected .+\)", "الإحالة «{}» لا تُقرأ"),
]
_PLACES = [(r"found in (.+?): (.+)", "وُجد في {}: "), (r"nearest is (.+?): (.+)", "أقربها {}: ")]


def reason_in(language: str, reason: str) -> str:
    """Return a verdict's reason in a language (ISO 639-1); in English, part by part, where we have no words for it.

    >>> reason_in("fr", "source says 8, answer says 80")
    'source says 8, answer says 80'
    """
    return "؛ ".join(_arabic(part) for part in reason.split("; ")) if language == "ar" else reason


def _arabic(part: str) -> str:
    for pattern, words in _PLACES:
        if match := regex.fullmatch(pattern, part):
            return words.format(_isolated(match[1])) + _arabic(match[2])
    for pattern, words in _PARTS:
        if match := regex.fullmatch(pattern, part):
            return words.format(*map(_isolated, match.groups()))
    return part


def _isolated(value: str) -> str:
    """Return a piece of another text so that it keeps its own direction (Unicode's first strong isolate)."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
