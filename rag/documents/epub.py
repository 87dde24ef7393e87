"""E-books → their chapters in reading order."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from rag.documents.dates import iso_date
from rag.documents.encodings import decode
from rag.documents.html import visible_text
from rag.documents.limits import Limits
from rag.documents.packages import open_package, read_part
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed
from rag.documents.stated import stated_language, stated_title
from rag.errors import DocumentError

_KIND = "an e-book"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGE_TYPES = frozenset({"application/xhtml+xml", "text/html"})


def read_epub(data: bytes, limits: Limits) -> Parsed:
    """Read an `.epub` file: its chapters in the order of its spine, without the table of contents.

    Its chapters are no pages: where a page ends is up to the reader's screen.

    Raises:
        DocumentError: The file is damaged, copy-protected, or too large inside.

    """
    with open_package(data, _KIND, limits) as package:
        opf_name = _opf_name(package)
        opf = _parse(package, opf_name)
        chapters = list(_chapters(opf, posixpath.dirname(opf_name)))
        if len(chapters) > limits.pages:
            found = f"has {len(chapters):,} chapters; at most {limits.pages:,} are read"
            raise DocumentError(f"{found}: split it or raise RAG_MAX_PAGES")
        locked = _locked(package)
        if locked & set(chapters):
            raise DocumentError("is a copy-protected e-book; leave it out, or get a copy without protection")
        texts = [visible_text(decode(read_part(package, name, _KIND))) for name in chapters]
    return Parsed(
        text=PARAGRAPH_BREAK.join(filter(None, texts)),
        title=stated_title(_stated(opf, "title")),
        date=iso_date(_stated(opf, "date") or ""),
        language=stated_language(_stated(opf, "language")),
    )


def _parse(package: ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(read_part(package, name, _KIND), parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"is damaged ({name[:80]}: {str(error)[:80]}); open it and save it anew") from None


def _opf_name(package: ZipFile) -> str:
    for rootfile in _parse(package, _CONTAINER).iter("{*}rootfile"):
        if name := rootfile.get("full-path"):
            return str(name)
    raise DocumentError(f"is damaged ({_CONTAINER} names no contents); open it and save it anew")


def _chapters(opf: etree._Element, folder: str) -> Iterator[str]:
    """Yield the names of the parts that are read one after another, each once."""
    pages: dict[str, str] = {}
    seen: set[str] = set()
    for item in opf.iter(f"{_OPF}item"):
        is_contents = "nav" in str(item.get("properties", "")).split()
        if item.get("media-type") in _PAGE_TYPES and not is_contents:
            href = unquote(str(item.get("href", "")).partition("#")[0])
            pages[str(item.get("id"))] = posixpath.normpath(posixpath.join(folder, href))
    for entry in opf.iter(f"{_OPF}itemref"):
        name = pages.get(str(entry.get("idref")))
        if name is not None and name not in seen:
            seen.add(name)
            yield name


def _locked(package: ZipFile) -> set[str]:
    """Return the names of the parts that are encrypted: fonts may be, in any book."""
    if _ENCRYPTION not in package.namelist():
        return set()
    references = _parse(package, _ENCRYPTION).iter("{*}CipherReference")
    return {unquote(str(reference.get("URI", ""))) for reference in references}


def _stated(opf: etree._Element, name: str) -> str | None:
    texts = (" ".join("".join(map(str, element.itertext())).split()) for element in opf.iter(_DC + name))
    return next(filter(None, texts), None)
