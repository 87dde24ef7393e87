"""What was typed → a question: cleaned, bounded, its language known."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import QuestionError, RagError
from rag.followups import join_or_rewrite, needs_context
from rag.llms import Llm
from rag.models import Question, Round
from rag.text.languages import detect_language, detect_within


def make_question(text: str, *, max_chars: int = 4000) -> Question:
    """Return the question in `text`.

    Raises:
        QuestionError: if there is nothing in it, or more than `max_chars` characters.

    >>> make_question("  متى افتُتح المتحف؟ ")
    Question(text='متى افتُتح المتحف؟', language='ar', asked='')
    """
    cleaned = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()).strip()  # without lone surrogates
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError("the question is empty: write what you want to know")
    if len(cleaned) > max_chars:
        raise QuestionError(
            f"the question has {len(cleaned):,} characters, at most {max_chars:,} are read: ask a shorter one"
        )
    return Question(cleaned, detect_language(cleaned))


def stand_alone(question: Question, history: Sequence[Round], load_llm: Callable[[], Llm] | None = None) -> Question:
    """Return a question that can be understood without the rounds before it.

    One that stands alone already is left as it is. Else a language model puts it in words, if `load_llm` gives one that can,
    or it follows the question before it.

    >>> stand_alone(make_question("وفي 2022؟"), [Round("كم ربح الميناء في 2021؟", "مليونين.")])
    Question(text='كم ربح الميناء في 2022؟', language='ar', asked='وفي 2022؟')
    """
    if not history:
        return question
    language = detect_within(question.text, detect_language(history[-1].question))
    if not needs_context(question.text, language):
        return question
    return Question(join_or_rewrite(question.text, language, history, load_llm), language, asked=question.text)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file of questions: each has a string `q` or `question`, and perhaps more.

    Raises:
        RagError: if the file cannot be read, or a line is something else.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # JSON strings may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise RagError(f"{path} cannot be read ({error}): give a UTF-8 file of one JSON object a line") from error
    return list(_parse_questions(path, lines))


def _parse_questions(path: Path, lines: list[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("q", row.get("question")), str):
            raise RagError(f'{path}, line {number}: found {line[:60]!r}, expected {{"q": "a question"}} in JSON')
        yield row
