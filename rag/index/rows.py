"""Rows of the database ↔ the values of `rag.models`."""

import json
import sqlite3

import numpy as np

from rag.index.base import DenseHit, EmbeddedDocument, Vectors
from rag.models import Chunk, Document, Page, Span

DOCUMENT_COLUMNS = "id, source, title, language, date, pages"


def insert(connection: sqlite3.Connection, embedded: EmbeddedDocument) -> None:
    """Write a document with its sentences and chunks."""
    document = embedded.document
    pages = json.dumps([[page.number, page.start, page.end] for page in document.pages])
    connection.execute(
        "INSERT INTO documents (id, source, title, language, date, text, pages, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.source,
            document.title,
            document.language,
            document.date,
            document.text,
            pages,
            embedded.fingerprint,
        ),
    )
    connection.executemany(
        "INSERT INTO sentences (document, start, end, vector) VALUES (?, ?, ?, ?)",
        (
            (document.id, span.start, span.end, vector.astype("<f2").tobytes())
            for span, vector in zip(embedded.sentences, embedded.sentence_vectors, strict=True)
        ),
    )
    connection.executemany(
        "INSERT INTO chunks (document, ordinal, start, end, page, vector) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (document.id, chunk.ordinal, chunk.start, chunk.end, chunk.page, vector.astype("<f4").tobytes())
            for chunk, vector in zip(embedded.chunks, embedded.chunk_vectors, strict=True)
        ),
    )


def delete(connection: sqlite3.Connection, source: str) -> bool:
    """Take a document and all that belongs to it out; False if there was none of this source."""
    return connection.execute("DELETE FROM documents WHERE source = ?", (source,)).rowcount > 0


def read_chunk_vectors(connection: sqlite3.Connection, dimension: int) -> tuple[Vectors, list[int], list[str]]:
    """Return all chunk vectors, shape `(n, dimension)`, with the id and the language of each."""
    rows = connection.execute(
        "SELECT chunks.id, vector, language FROM chunks JOIN documents ON documents.id = document ORDER BY chunks.id"
    ).fetchall()
    matrix = np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").reshape(len(rows), dimension)
    return matrix, [row["id"] for row in rows], [row["language"] for row in rows]


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


def read_hit(connection: sqlite3.Connection, key: int, score: float) -> DenseHit:
    """Return the chunk with this id, its document without text, and its sentences' vectors."""
    row = connection.execute("SELECT document, ordinal, start, end, page FROM chunks WHERE id = ?", (key,)).fetchone()
    document = connection.execute(
        f"SELECT {DOCUMENT_COLUMNS}, substr(text, ?, ?) AS chunk FROM documents WHERE id = ?",
        (row["start"] + 1, row["end"] - row["start"], row["document"]),
    ).fetchone()
    sentences = connection.execute(
        "SELECT start, end, vector FROM sentences WHERE document = ? AND start >= ? AND end <= ? ORDER BY start",
        (row["document"], row["start"], row["end"]),
    ).fetchall()
    chunk = Chunk(
        document_id=row["document"],
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        text=document["chunk"],
        page=row["page"],
        sentences=tuple(Span(sentence["start"], sentence["end"]) for sentence in sentences),
    )
    matrix = np.frombuffer(b"".join(sentence["vector"] for sentence in sentences), "<f2").astype(np.float32)
    return DenseHit(score, chunk, read_document(document), matrix.reshape(len(sentences), -1))
