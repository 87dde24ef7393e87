"""What a file states of itself in its metadata, believed only where programs do not write it of their own accord."""

import regex

_FILE_NAME = regex.compile(
    r"(?i)\.(?:html?|pdf|docx?|odt|rtf|txt|md|tex|indd|pptx?|odp|xlsx?|ods|csv)$|^Microsoft (?:Word|PowerPoint|Excel) - "
)
_PLACEHOLDERS = frozenset(
    {
        "untitled",
        "unknown title",
        "untitled document",
        "document",
        "document1",
        "about:blank",
        "powerpoint presentation",
        "presentation",
        "presentation1",
        "book1",
        "workbook",
        "word document",
        "عرض تقديمي في powerpoint",
        "présentation powerpoint",
        "powerpoint-präsentation",
        "presentación de powerpoint",
    }
)


def stated_title(title: str | None) -> str | None:
    """Return the title in a file's metadata, unless the program that made it put a file's name or nothing real there.

    >>> stated_title("Water report"), stated_title("report.docx"), stated_title("PowerPoint Presentation")
    ('Water report', None, None)
    """
    title = (title or "").replace("\0", "").strip()
    return None if title.lower() in _PLACEHOLDERS or _FILE_NAME.search(title) else title or None


def stated_language(name: str | None) -> str | None:
    """Return the ISO 639-1 code in a language tag, if there is one.

    >>> stated_language("ar-EG"), stated_language("en_US"), stated_language("x-none")
    ('ar', 'en', None)
    """
    code = regex.split("[-_]", (name or "").strip().lower())[0]
    return code if regex.fullmatch("[a-z]{2}", code) else None
