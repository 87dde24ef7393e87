"""What a writer of answers hands on: sentences and the citations they point at."""

from dataclasses import dataclass

from rag.models import AnswerSentence, Citation, Notice


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer not yet checked. Without sentences it is a refusal, and `text` is what is said instead.

    `citations` are all that the sentences may cite, whether they do or not; `model` names the language model that wrote them.
    """

    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    model: str = ""


def answer_text(sentences: tuple[AnswerSentence, ...]) -> str:
    r"""Return the sentences with their markers, one a line: each keeps the direction of its own language.

    >>> answer_text((AnswerSentence("It rained.", (1,)), AnswerSentence("هطل المطر.", (2, 3))))
    'It rained. [1]\nهطل المطر. [2][3]'
    """
    return "\n".join(
        f"{sentence.text} {''.join(f'[{marker}]' for marker in sentence.citations)}".rstrip() for sentence in sentences
    )
