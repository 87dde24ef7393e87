"""Plain text in whatever encoding it was saved."""

from rag.documents.encodings import decode
from rag.documents.parsed import Parsed


def read_plain(data: bytes) -> Parsed:
    """Read a `.txt` file: its text in Unicode NFC with Unix line ends, and nothing else changed.

    Raises:
        DocumentError: The bytes are not text, or not in an encoding we can tell.

    """
    return Parsed(text=decode(data))
