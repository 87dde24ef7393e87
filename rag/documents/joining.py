"""Lines of one paragraph → the paragraph."""

from collections.abc import Iterable

import regex

# Scripts written without spaces between words: their lines join without one (Korean has spaces).
_SPACELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3000-\u303F\uFF00-\uFFEF]"
_ENDS_SPACELESS = regex.compile(_SPACELESS + r"\p{M}*$")
_STARTS_SPACELESS = regex.compile("^" + _SPACELESS)


def is_spaceless(text: str) -> bool:
    """Tell whether `text` begins in a script that is written without spaces between words."""
    return bool(_STARTS_SPACELESS.match(text))


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph with spaces, or with nothing between Chinese, Japanese or Thai letters.

    >>> join_lines(["the first", "and the second"]), join_lines(["天地", "玄黄"])
    ('the first and the second', '天地玄黄')
    """
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1] and line and not (_ENDS_SPACELESS.search(parts[-1]) and _STARTS_SPACELESS.search(line)):
            parts.append("" if parts[-1].endswith((" ", "\n")) else " ")
        parts.append(line)
    return "".join(parts)
