"""ZIP packages (Office files, e-books): looked at before anything is unpacked."""

import io
import zipfile

from rag.documents.limits import Limits
from rag.errors import DocumentError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what holds an encrypted Office file, or one of before 2007
_MOST_PARTS = 20_000
_MB = 1_000_000
_HEAD = 4_096


def open_package(data: bytes, kind: str, limits: Limits) -> zipfile.ZipFile:
    """Open a ZIP package that may be unpacked within the limits; `kind` is what the errors call it (`a Word file`).

    `zipfile` never unpacks more of a part than the size that was added up here, whatever the part holds.

    Raises:
        DocumentError: It is no ZIP, is encrypted, has too many parts or would unpack to too much.

    """
    if data.startswith(_OLE):
        raise DocumentError(
            "is an encrypted or very old Office file; save it anew without a password, in today's format"
        )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise DocumentError(f"is damaged or not {kind} at all; open it and save it anew") from None
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(f"is an encrypted ZIP; expected {kind}: save it again without a password")
    if len(parts) > _MOST_PARTS:
        raise DocumentError(
            f"has {len(parts):,} parts inside; expected {kind} of at most {_MOST_PARTS:,}: leave it out"
        )
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_mb * _MB:
        found = f"unpacks from {len(data) / _MB:,.1f} to {unpacked / _MB:,.0f} MB"
        raise DocumentError(f"{found}; at most {limits.unpacked_mb:,} are read: split it or raise RAG_MAX_UNPACKED_MB")
    return package


def check_office_package(data: bytes, kind: str, limits: Limits) -> None:
    """Look at an Office file before a library loads it: see `open_package`.

    Raises:
        DocumentError: As `open_package`, and if a part declares entities: no Office program writes such a file.

    """
    with open_package(data, kind, limits) as package:
        for part in package.infolist():
            if part.filename.endswith((".xml", ".rels")):
                head = read_part(package, part, kind, _HEAD).replace(b"\0", b"")  # UTF-16 too
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise DocumentError("declares XML entities inside, which Office files never do; leave it out")


def read_part(package: zipfile.ZipFile, part: zipfile.ZipInfo | str, kind: str, size: int = -1) -> bytes:
    """Return the first `size` bytes of a part, all of it by default.

    Raises:
        DocumentError: The part is not there or is damaged.

    """
    try:
        with package.open(part) as stream:
            return stream.read(size)
    except KeyError:
        raise DocumentError(f"is not {kind} ({str(part)[:80]!r} is missing inside); open it and save it anew") from None
    except MemoryError:
        raise
    except Exception as error:  # what the decompressors raise: zlib, bz2 and lzma each their own
        reason = " ".join(str(error).split())[:120]
        raise DocumentError(f"is damaged ({reason}); open it and save it anew") from None
