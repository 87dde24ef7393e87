"""Rows of the database ↔ the values of `rag.models`: documents as they are added, taken out and listed."""

import json
import sqlite3
from collections.abc import Iterable

import numpy as np

from rag.index import sums
from rag.index.bags import encode_terms
from rag.index.base import EmbeddedDocument, Vectors
from rag.models import Document, Page

DOCUMENT_COLUMNS = "id, source, title, language, date, pages"
CHUNK_DTYPE, SENTENCE_DTYPE = "<f4", "<f2"


def insert(connection: sqlite3.Connection, embedded: EmbeddedDocument) -> None:
    """Write a document with its sentences, chunks and terms."""
    document = embedded.document
    pages = json.dumps([[page.number, page.start, page.end] for page in document.pages])
    connection.execute(
        "INSERT INTO documents (id, source, title, language, date, fingerprint, pages, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.source,
            document.title,
            document.language,
            document.date,
            embedded.fingerprint,
            pages,
            document.text,
        ),
    )
    sentence_vectors = embedded.sentence_vectors.astype(SENTENCE_DTYPE)
    connection.executemany(
        "INSERT INTO sentences (document, start, end, vector) VALUES (?, ?, ?, ?)",
        (
            (document.id, span.start, span.end, vector.tobytes())
            for span, vector in zip(embedded.sentences, sentence_vectors, strict=True)
        ),
    )
    chunk_vectors = embedded.chunk_vectors.astype(CHUNK_DTYPE)
    connection.executemany(
        "INSERT INTO chunks (document, ordinal, start, end, page, text, vector) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (document.id, chunk.ordinal, chunk.start, chunk.end, chunk.page, chunk.text, vector.tobytes())
            for chunk, vector in zip(embedded.chunks, chunk_vectors, strict=True)
        ),
    )
    if len(embedded.terms) != len(embedded.chunks):
        raise ValueError(f"{len(embedded.chunks)} chunks, but the terms of {len(embedded.terms)}")
    connection.execute(
        "INSERT INTO lexical (document, terms) VALUES (?, ?)", (document.id, encode_terms(embedded.terms))
    )
    sums.change(connection, document.language, chunk_vectors, sentence_vectors.astype(np.float32), 1)


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
