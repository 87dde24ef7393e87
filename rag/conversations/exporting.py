"""A conversation as a file to keep or send: Markdown with its sources, or JSON with all that is known of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import regex

from rag.conversations.saved import Conversation, SavedRound
from rag.models import Answer, AnswerSentence, Citation

# What Markdown gives a meaning to; a document's text is text there too.
_MARKUP = regex.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&@:=^])")
_SIGNS = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}


def as_markdown(conversation: Conversation, rounds: Sequence[SavedRound]) -> str:
    """Return a conversation as Markdown: each question, its answer with a verdict for each sentence, and its sources."""
    lines = [f"# {escaped(conversation.title)}", "", f"{conversation.created} – {conversation.changed}", ""]
    for round_ in rounds:
        lines += [f"## {escaped(' '.join(round_.message.split()))}", ""]
        if round_.answer.asked:
            lines += [f"*→ {escaped(round_.answer.question)}*", ""]
        lines += _answer(round_.answer)
        if round_.feedback:
            comment = f" {escaped(' '.join(round_.feedback.comment.split()))}" if round_.feedback.comment else ""
            lines += [f"{'👍' if round_.feedback.good else '👎'}{comment}", ""]
    return "\n".join(lines)


def as_json(conversation: Conversation, rounds: Sequence[SavedRound]) -> str:
    """Return a conversation as JSON: what `rag.models.Answer` has of each answer, without vectors."""
    kept: dict[str, Any] = {**asdict(conversation), "rounds": [asdict(round_) for round_ in rounds]}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def escaped(text: str) -> str:
    r"""Return text so that Markdown shows it as it is.

    >>> print(escaped("![x](http://evil.example) <b>"))
    \!\[x\]\(http\://evil\.example\) \<b\>
    """
    return _MARKUP.sub(r"\\\1", text)


def file_name(conversation: Conversation, suffix: str) -> str:
    """Return a name for the file, out of the conversation's title.

    >>> file_name(Conversation("0a", "Who opened/closed it?", "2025-03-09T10:00:00Z", "", 1), ".md")
    '2025-03-09 Who opened closed it.md'
    """
    title = " ".join(regex.sub(r"[^\p{L}\p{M}\p{N}_-]+", " ", conversation.title).split())
    return f"{conversation.created[:10]} {title[:60].strip()}".strip() + suffix


def _answer(answer: Answer) -> Iterator[str]:
    for notice in answer.notices:
        yield f"> {escaped(notice.detail)}"
        yield ""
    for sentence in answer.sentences:
        yield _sentence(sentence)
        yield ""
    if not answer.sentences and answer.text:
        yield escaped(answer.text)
        yield ""
    for citation in answer.citations:
        yield _source(citation)
        yield f"> {escaped(' '.join(citation.quote.split()))}"
        yield ""


def _sentence(sentence: AnswerSentence) -> str:
    markers = "".join(rf"\[{marker}\]" for marker in sentence.citations)
    verdict = _SIGNS.get(sentence.verdict, "")
    reason = f" ({escaped(sentence.reason)})" if sentence.reason and sentence.verdict != "supported" else ""
    return f"{escaped(' '.join(sentence.text.split()))} {markers} {verdict}{reason}".rstrip()


def _source(citation: Citation) -> str:
    facts = [citation.date, f"p. {citation.page}" if citation.page else None, citation.source]
    line = ", ".join(escaped(fact) for fact in facts if fact)
    return rf"\[{citation.marker}\] **{escaped(citation.title)}** ({line})" + "\n"
