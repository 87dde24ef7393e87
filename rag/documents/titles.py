"""What to call a document that does not name itself."""

import regex

_LONGEST_TITLE = 150
_SENTENCE_END = regex.compile(r"[.!。！।؟?;؛:：,،…][\"'”’»)\]]*$")


def first_headline(text: str) -> str | None:
    r"""Return the first line of `text` if it reads like a headline: short, no sentence end, more text below.

    >>> first_headline("سور القاهرة الشمالي\n\nبُني السور في القرن الحادي عشر.")
    'سور القاهرة الشمالي'
    >>> first_headline("A sentence, not a headline. And more.") is None
    True
    """
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    if not rest.strip() or len(first) > _LONGEST_TITLE or not any(character.isalpha() for character in first):
        return None
    # A question may well be a headline, but only where a blank line sets it apart.
    apart = rest.startswith("\n") and first.endswith(("?", "؟", "？", "!", "！"))
    return first if apart or not _SENTENCE_END.search(first) else None


def title_from_name(stem: str) -> str:
    """Return a file's name as a title.

    >>> title_from_name("annual_report-2024")
    'annual report 2024'
    """
    return " ".join(regex.split(r"[\s_\-]+", stem)).strip() or stem
