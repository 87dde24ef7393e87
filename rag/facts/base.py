"""What is said of one fact of a claim, whatever its kind."""

from dataclasses import dataclass
from typing import Literal

from rag.models import Span

Kind = Literal["number", "date", "name", "negation"]
Outcome = Literal["same", "differs", "absent"]
"""`same`: the evidence says it too; `differs`: it says another thing in its place; `absent`: it says nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Text:
    """A claim, or evidence, and its language (ISO 639-1, or `und`)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the evidence says of one fact of a claim.

    `claim` is the fact's span in the claim; `evidence` where the evidence says the same, or what it says instead, None where it
    is silent. `reason` is one line for the reader, such as "source says 8, answer says 80"; empty for `same`.
    """

    kind: Kind
    outcome: Outcome
    claim: Span
    evidence: Span | None
    reason: str = ""
