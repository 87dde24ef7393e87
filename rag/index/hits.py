"""Chunk ids → chunks with their documents, sentences and tokens: three statements, however many are asked for."""

import json
import sqlite3
from collections import defaultdict

import numpy as np

from rag.index import rows
from rag.index.base import Hit, Ids
from rag.models import Chunk, Span


def read_hits(connection: sqlite3.Connection, ids: Ids, dimension: int) -> list[Hit]:
    """Return these chunks, in the order asked.

    Raises:
        KeyError: if one of them is not there.
    """
    wanted = json.dumps(np.unique(ids).tolist())
    chunks = connection.execute(
        "SELECT id, document, ordinal, start, end, page, text, tokens FROM chunks "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (wanted,),
    ).fetchall()
    documents = {
        row["id"]: rows.read_document(row)
        for row in connection.execute(
            f"SELECT {rows.DOCUMENT_COLUMNS} FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list({row["document"] for row in chunks})),),
        )
    }
    sentences = connection.execute(
        "SELECT chunks.id, sentences.start, sentences.end, sentences.vector FROM json_each(?) "
        "CROSS JOIN chunks ON chunks.id = value CROSS JOIN sentences ON sentences.document = chunks.document "
        "AND sentences.start >= chunks.start AND sentences.start < chunks.end AND sentences.end <= chunks.end "
        "ORDER BY value, sentences.start",
        (wanted,),
    ).fetchall()
    vectors = rows.read_vectors(sentences, rows.SENTENCE_DTYPE, dimension)
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(sentences):
        numbers[row["id"]].append(number)
    found = {}
    for row in chunks:
        document = documents[row["document"]]
        mine = numbers[row["id"]]
        chunk = Chunk(
            document_id=document.id,
            ordinal=row["ordinal"],
            start=row["start"],
            end=row["end"],
            text=row["text"],
            page=row["page"],
            sentences=tuple(Span(sentences[number]["start"], sentences[number]["end"]) for number in mine),
        )
        own = vectors[mine[0] : mine[-1] + 1] if mine else vectors[:0]
        found[row["id"]] = Hit(row["id"], chunk, document, own, rows.read_tokens(row["tokens"]))
    return [found[key] for key in ids.tolist()]
