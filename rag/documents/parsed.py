"""What the reader of a format hands back, before title, language and date are settled."""

from dataclasses import dataclass

from rag.models import Page


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of a file and what the file says about itself; None where it says nothing."""

    text: str
    title: str | None = None
    date: str | None = None
    language: str | None = None
    pages: tuple[Page, ...] = ()
