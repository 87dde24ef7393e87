"""How a document was read, cut and embedded, and by which key a text's vector is found again."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from rag.models import Document

LOADERS_VERSION = 3
"""Raised when the same file is read, cut or made into terms differently than before, so that it is indexed anew."""

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Way:
    """What makes another index of the same bytes: the versions of our own code, and the settings of cutting and embedding.

    `titled` tells that the title was embedded before each text; a title that is only the file's name is not, so that a file
    may be renamed at no cost.
    """

    version: int = LOADERS_VERSION
    chunk_tokens: int = 0
    chunk_overlap: int = 0
    prompt: str | None = None
    titled: bool = True

    def to_json(self) -> str:
        """Return the way as it is kept.

        >>> read_way(Way(chunk_tokens=200).to_json()) == Way(chunk_tokens=200)
        True
        """
        return json.dumps(asdict(self), ensure_ascii=False)

    def cuts_like(self, other: "Way") -> bool:
        """Tell whether documents were cut by the same settings."""
        return replace(self, titled=True, prompt=None) == replace(other, titled=True, prompt=None)


def read_way(text: str) -> Way:
    """Return the way that `to_json` wrote.

    Raises:
        ValueError: where it is none.
    """
    try:
        found: Any = json.loads(text)
        return Way(**found)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"{text[:80]!r} is no way of indexing") from error


def embedded_text(document: Document, start: int, end: int, way: Way) -> str:
    """Return what is embedded of `document.text[start:end]`, but for the prompt.

    The document's title stands before it: alone, "It opened in May" tells nobody what opened.
    """
    text = document.text[start:end]
    return text if not way.titled or text.startswith(document.title) else f"{document.title}\n{text}"


def text_key(text: str, way: Way) -> bytes:
    """Return the key of a text that is embedded: 16 bytes, the same for the same text under the same prompt.

    >>> text_key("a", Way()) == text_key("a", Way(chunk_tokens=9)) != text_key("a", Way(prompt="passage: "))
    True
    """
    prompt = "default" if way.prompt is None else f"given {way.prompt}"
    return hashlib.sha256(f"{prompt}\0{text}".encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]
