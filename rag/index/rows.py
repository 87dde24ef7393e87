"""Rows of the database ↔ the values of `rag.models`: documents as they are added, taken out and listed."""

import json
import sqlite3
from collections.abc import Iterable

import numpy as np

from rag.index import checksums, sums
from rag.index.bags import encode_terms
from rag.index.base import EmbeddedDocument, Vectors
from rag.index.ways import embedded_text, text_key
from rag.late_interaction import SIZE, Tokens
from rag.models import Chunk, Document, Page, Span

DOCUMENT_COLUMNS = "id, source, title, language, date, pages"
CHECKED_COLUMNS = ("id", "source", "title", "language", "date", "fingerprint", "way", "pages", "outline", "text")
CHECKED_CHUNK_COLUMNS = ("ordinal", "start", "end", "page", "text", "key", "vector", "tokens")
CHUNK_DTYPE, SENTENCE_DTYPE = "<f4", "<f2"


def insert(connection: sqlite3.Connection, embedded: EmbeddedDocument) -> None:
    """Write a document with its sentences, chunks and terms."""
    document = embedded.document
    if len(embedded.terms) != len(embedded.chunks):
        raise ValueError(f"{len(embedded.chunks)} chunks, but the terms of {len(embedded.terms)}")

    def key(start: int, end: int) -> bytes:
        return text_key(embedded_text(document, start, end, embedded.way), embedded.way)

    sentence_keys = [key(span.start, span.end) for span in embedded.sentences]
    chunk_keys = [key(chunk.start, chunk.end) for chunk in embedded.chunks]
    _insert_document(connection, embedded, sentence_keys, chunk_keys)
    sentence_vectors = embedded.sentence_vectors.astype(SENTENCE_DTYPE)
    connection.executemany(
        "INSERT INTO sentences (document, start, end, key, checksum, vector) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (document.id, *place, checksums.of_sentence(*place, blob), blob)
            for span, name, vector in zip(embedded.sentences, sentence_keys, sentence_vectors, strict=True)
            for place, blob in [((span.start, span.end, name), vector.tobytes())]
        ),
    )
    chunk_vectors = embedded.chunk_vectors.astype(CHUNK_DTYPE)
    tokens = [one.tobytes() for one in embedded.chunk_tokens] or [b""] * len(embedded.chunks)
    connection.executemany(
        f"INSERT INTO chunks (document, {', '.join(CHECKED_CHUNK_COLUMNS)}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (document.id, *values, checksums.of_chunk(*values))
            for chunk, name, vector, blob in zip(embedded.chunks, chunk_keys, chunk_vectors, tokens, strict=True)
            for values in [
                (chunk.ordinal, chunk.start, chunk.end, chunk.page, chunk.text, name, vector.tobytes(), blob)
            ]
        ),
    )
    terms = encode_terms(embedded.terms)
    connection.execute(
        "INSERT INTO lexical (document, checksum, terms) VALUES (?, ?, ?)",
        (document.id, checksums.of_terms(terms), terms),
    )
    sums.change(connection, document.language, chunk_vectors, sentence_vectors.astype(np.float32), 1)


def _insert_document(
    connection: sqlite3.Connection, embedded: EmbeddedDocument, sentence_keys: list[bytes], chunk_keys: list[bytes]
) -> None:
    document = embedded.document
    outline = checksums.of_outline(
        ((span.start, span.end, name) for span, name in zip(embedded.sentences, sentence_keys, strict=True)),
        ((chunk.start, chunk.end, name) for chunk, name in zip(embedded.chunks, chunk_keys, strict=True)),
    )
    values = {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "language": document.language,
        "date": document.date,
        "fingerprint": embedded.fingerprint,
        "way": embedded.way.to_json(),
        "pages": json.dumps([[page.number, page.start, page.end] for page in document.pages]),
        "outline": outline,
        "text": document.text,
    }
    checksum = checksums.of_document(*(values[name] for name in CHECKED_COLUMNS))
    values |= {"stamp": embedded.stamp, "checksum": checksum}
    names = ", ".join(values)
    connection.execute(f"INSERT INTO documents ({names}) VALUES (:{', :'.join(values)})", values)


def delete(connection: sqlite3.Connection, source: str, dimension: int) -> bool:
    """Take a document and all that belongs to it out; False if there was none of this source."""
    document = connection.execute("SELECT id, language FROM documents WHERE source = ?", (source,)).fetchone()
    if document is None:
        return False
    chunks = read_chunk_vectors(connection, document["id"], dimension)
    found = connection.execute("SELECT vector FROM sentences WHERE document = ?", (document["id"],))
    sentences = read_vectors(found, SENTENCE_DTYPE, dimension)
    sums.change(connection, document["language"], chunks, sentences, -1)
    connection.execute("DELETE FROM documents WHERE id = ?", (document["id"],))
    return True


def read_vectors(rows: Iterable[sqlite3.Row], kind: str, dimension: int) -> Vectors:
    """Return the vectors of rows that have one, stored as numbers of `kind`, shape `(rows, dimension)`."""
    return np.frombuffer(b"".join(row["vector"] for row in rows), kind).astype(np.float32).reshape(-1, dimension)


def read_tokens(blob: bytes) -> Tokens:
    """Return the vectors of a chunk's tokens, shape `(tokens, SIZE)`.

    Raises:
        ValueError: if it holds a part of one.
    """
    return np.frombuffer(blob, np.int8).reshape(-1, SIZE)


def read_chunk_vectors(connection: sqlite3.Connection, document: str, dimension: int) -> Vectors:
    """Return the vectors of a document's chunks, in order, shape `(chunks, dimension)`."""
    found = connection.execute("SELECT vector FROM chunks WHERE document = ? ORDER BY ordinal", (document,))
    return read_vectors(found, CHUNK_DTYPE, dimension)


def read_document(row: sqlite3.Row, text: str = "") -> Document:
    """Return the document of a row of `documents`."""
    return Document(
        id=row["id"],
        source=row["source"],
        title=row["title"],
        language=row["language"],
        date=row["date"],
        text=text,
        pages=tuple(Page(*page) for page in json.loads(row["pages"])),
    )


def read_chunks(connection: sqlite3.Connection, document: str) -> list[Chunk]:
    """Return the chunks of a document, in order, with their sentences."""
    sentences = [
        Span(row["start"], row["end"])
        for row in connection.execute("SELECT start, end FROM sentences WHERE document = ? ORDER BY start", (document,))
    ]
    found = connection.execute(
        "SELECT ordinal, start, end, page, text FROM chunks WHERE document = ? ORDER BY ordinal", (document,)
    )
    chunks, first = [], 0
    for row in found:
        while first < len(sentences) and sentences[first].start < row["start"]:
            first += 1
        last = first
        while last < len(sentences) and sentences[last].end <= row["end"]:
            last += 1
        spans = tuple(sentences[first:last])
        chunks.append(Chunk(document, row["ordinal"], row["start"], row["end"], row["text"], row["page"], spans))
    return chunks


def read_outline(connection: sqlite3.Connection, document: str) -> str:
    """Return the outline of the sentences and chunks that are there now."""
    return checksums.of_outline(
        connection.execute("SELECT start, end, key FROM sentences WHERE document = ? ORDER BY start", (document,)),
        connection.execute("SELECT start, end, key FROM chunks WHERE document = ? ORDER BY ordinal", (document,)),
    )
