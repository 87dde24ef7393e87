"""Bytes → text, whatever encoding they are in: UTF-8 first, then what the file declares, then what we can tell."""

import codecs
import unicodedata

import regex

from rag.documents.codepages import likely_encodings
from rag.errors import DocumentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or Office file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
)
_DEFAULTS = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8"})
# What is called the left is written with the letters of the right (as browsers know).
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254"}
_SAMPLE = 200_000
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x0B: "\n", 0x0C: "\n", 0xFEFF: None}
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_UTF8_ADVICE = "open it in an editor and save it as UTF-8"


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`, cleaned by `clean`; `declared` is the encoding that the file itself names, if it does.

    Raises:
        DocumentError: The bytes are not text, or not in an encoding we can tell.

    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return clean(
                _strictly(data, encoding, f"begins with a {encoding.upper()} mark but is not {encoding.upper()}")
            )
    _refuse_binary(data)
    for candidate in ("utf-8", _believable(declared)):
        if candidate and (text := _try(data, candidate)) is not None:
            return clean(text)
    sample = data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE)]  # cuts no letter of several bytes
    for candidate in likely_encodings(sample):
        if (text := _try(data, candidate)) is not None:
            return clean(text)
    raise DocumentError(f"is in an encoding we cannot tell; {_UTF8_ADVICE}")


def clean(text: str) -> str:
    """Return `text` in NFC, with Unix line ends, without byte order marks and control characters but tab.

    Halves of a character (surrogates, which JSON and PDFs may hold) are joined; one alone becomes U+FFFD.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return unicodedata.normalize("NFC", text)


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(f"is {kind}, not text; give the file its right extension or convert it")
    if b"\0" in data:
        raise DocumentError(f"is not text (it holds NUL bytes); if it is UTF-16 without a mark, {_UTF8_ADVICE}")
    sample = data[:_SAMPLE]
    controls = sum(sample.count(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32), 127))
    if controls > max(8, len(sample) // 100):
        raise DocumentError("is not text (it is full of control characters); expected text: leave it out or convert it")


def _believable(declared: str | None) -> str | None:
    """Return the encoding that a file declares, unless it is the default that editors write into everything."""
    try:
        name = codecs.lookup(declared or "ascii").name
    except LookupError:
        return None
    return None if name in _DEFAULTS else _SUPERSETS.get(name, name)


def _strictly(data: bytes, encoding: str, complaint: str) -> str:
    if (text := _try(data, encoding)) is None:
        raise DocumentError(f"{complaint}; {_UTF8_ADVICE}")
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
