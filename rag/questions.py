"""What was typed → a question: cleaned, bounded, its language known."""

import unicodedata

from rag.errors import QuestionError
from rag.models import Question
from rag.text.languages import detect_language


def make_question(text: str, *, max_chars: int = 4000) -> Question:
    """Return the question in `text`.

    Raises:
        QuestionError: if there is nothing in it, or more than `max_chars` characters.

    >>> make_question("  متى افتُتح المتحف؟ ")
    Question(text='متى افتُتح المتحف؟', language='ar')
    """
    cleaned = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()).strip()  # without lone surrogates
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError("the question is empty: write what you want to know")
    if len(cleaned) > max_chars:
        raise QuestionError(
            f"the question has {len(cleaned):,} characters, at most {max_chars:,} are read: ask a shorter one"
        )
    return Question(cleaned, detect_language(cleaned))
