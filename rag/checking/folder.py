"""A folder of documents as the sources of an answer that somebody wrote, and what its markers point at.

`[1]` is the document that the answer's own list of references, at its end, names `[1]: plant.txt` (or `[^1]: …`, or
`[1] plant.txt`); without a list it is the first document of the folder, sorted by path. A file that cannot be read keeps its
number.
"""

from dataclasses import dataclass
from pathlib import Path

import regex

from rag.checking.answers import Nearest, Sources
from rag.checking.claims import Evidence
from rag.checking.nearest import PASSAGE, pieces
from rag.documents import SUPPORTED_SUFFIXES, find_documents, read_document
from rag.documents.encodings import decode
from rag.documents.markdown import read_markdown
from rag.errors import DocumentError, RagError
from rag.models import Document

_REFERENCE = regex.compile(r"^[ \t]{0,3}\[\^?(?P<number>\p{Nd}{1,9})\](?P<colon>:)?[ \t]*(?P<name>\S.*?)[ \t]*$")
_HEADING = regex.compile(r"(?m)^[ \t]{0,3}#{1,6}(?:[ \t].*)?$|^(?:.*\n)?[=-]{3,}[ \t]*$")
_LINK = regex.compile(r"(\[\^?\p{Nd}{1,9}\])\([^()\n]*\)")


@dataclass(frozen=True)
class Folder:
    """The documents that were read, by number, and why others could not be."""

    documents: dict[int, Document]
    failed: dict[int, tuple[str, str]]

    def named(self, name: str) -> int | None:
        """Return the number of the one document that goes by a name: its path, the end of it, or its title."""
        names = {number: one.source for number, one in self.documents.items()}
        names |= {number: source for number, (source, _) in self.failed.items()}
        wanted = f"/{name.strip('<>').removeprefix('./')}"
        found = [number for number, source in names.items() if f"/{source}".endswith(wanted)]
        found = found or [number for number, one in self.documents.items() if one.title == name]
        return found[0] if len(found) == 1 else None


def read_folder(path: Path) -> Folder:
    """Read all documents of a folder (or one file).

    Raises:
        DocumentError: if there is none, or none that can be read.
    """
    files = find_documents([path]).files
    home = path if path.is_dir() else path.parent
    documents, failed = {}, {}
    for number, file in enumerate(sorted(files), 1):
        source = file.relative_to(home).as_posix()
        try:
            documents[number] = read_document(file, source=source)
        except DocumentError as error:
            failed[number] = (source, str(error))
    if not documents:
        why = next((f"{source} {error}" for source, error in failed.values()), "none is there")
        raise DocumentError(
            f"{path}: found no document to check against ({why}); expected {', '.join(SUPPORTED_SUFFIXES)}"
        )
    return Folder(documents, failed)


def read_answer(path: Path) -> str:
    """Return the text of an answer, Markdown as it is.

    Raises:
        RagError: if it cannot be read.
    """
    try:
        return decode(path.read_bytes())
    except (OSError, DocumentError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RagError(f"the answer {path} cannot be read ({reason}): give a text file in UTF-8") from error


def plain(answer: str) -> str:
    """Return what is to be checked of an answer in Markdown: its text without markup and headings.

    >>> plain("The **port** opened [1](#a).")
    'The port opened [1].'
    """
    return read_markdown(_LINK.sub(r"\1", _HEADING.sub("", answer)).encode("utf-8", "replace")).text


def sources_of(answer: str, folder: Folder, nearest: Nearest) -> tuple[str, Sources]:
    """Return the answer without its list of references, and what its markers point at."""
    answer, references = _references(answer, folder)
    read = {
        number: Evidence(one.text, one.language, one.source, one.id, 0, one.date)
        for number, one in folder.documents.items()
    }
    cut = {number: pieces(evidence) for number, evidence in read.items()}
    everything = [piece for evidence in read.values() for piece in pieces(evidence, PASSAGE)]
    lost = {number: f"is {source}, which cannot be read ({error})" for number, (source, error) in folder.failed.items()}
    if not references:
        return answer, Sources(cut, lost, everything, nearest)
    cited, gone = {}, {}
    for number, name in references.items():
        place = folder.named(name)
        if place is None:
            gone[number] = f"is “{name[:80]}” in the list of references, which names no document among the sources"
        elif place in lost:
            gone[number] = lost[place]
        else:
            cited[number] = cut[place]
    return answer, Sources(cited, gone, everything, nearest)


def _references(answer: str, folder: Folder) -> tuple[str, dict[int, str]]:
    """Return the answer without the list at its end, and that list."""
    lines = answer.rstrip().split("\n")
    found: dict[int, str] = {}
    while lines:
        match = _REFERENCE.match(lines[-1])
        # "[1] It opened in May." is a sentence, unless a document has that name.
        if match and (match["colon"] or folder.named(match["name"]) is not None):
            found[int(match["number"])] = match["name"]
        elif lines[-1].strip():
            break
        lines.pop()
    return ("\n".join(lines), found) if found else (answer, {})
