"""A message that does not stand alone, and the question before it → one that does: by rules, without adding anything."""

import regex

from rag.text.sentences import sentence_spans

_YEAR = regex.compile(r"(?<!\p{Nd})(?:1[5-9]|20|١[٥-٩]|٢٠|۱[۵-۹]|۲۰)\p{Nd}{2}(?!\p{Nd})")
_FEW = 4  # words of a message that asks the same for another year


def join(message: str, before: str) -> str:
    """Return what a message asks after the question `before`: the same of another year, or both, one after the other.

    >>> join("And in 2022?", "How much did the port earn in 2021?")
    'How much did the port earn in 2022?'
    >>> join("Who said so?", "When does the bridge open?")
    'When does the bridge open? Who said so?'
    """
    message, before = message.strip(), before.strip()
    theirs, ours = _YEAR.findall(before), _YEAR.findall(message)
    if len(theirs) == len(ours) == 1 and len(message.split()) <= _FEW:
        return _YEAR.sub(ours[0], before)
    return f"{_topic(before)} {message}"


def _topic(before: str) -> str:
    """Return a question without what it gathered on its way: its first and last sentence."""
    spans = sentence_spans(before)
    kept = [before[span.start : span.end] for span in (spans if len(spans) < 3 else [spans[0], spans[-1]])]
    return " ".join(one if one[-1:] in "?؟？.!。" else f"{one}." for one in kept)
