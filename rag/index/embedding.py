"""A document → its chunks and vectors; what was embedded before is found again by its text and not embedded anew."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.chunks import chunk_document
from rag.embeddings import Embedder
from rag.errors import EmbeddingModelError, RagError
from rag.index import checksums, rows
from rag.index.base import EmbeddedDocument, Vectors
from rag.index.unfinished import Unfinished
from rag.index.ways import Way, embedded_text, text_key
from rag.models import Chunk, Document
from rag.text.terms import terms


@dataclass(frozen=True)
class Recipe:
    """How documents become vectors: the model (loaded when first needed), and how large chunks are."""

    model_name: str
    load_embedder: Callable[[], Embedder]
    chunk_tokens: int
    chunk_overlap: int
    passage_prompt: str | None = None

    def way(self, *, titled: bool = True) -> Way:
        """Return what is kept of the recipe with each document."""
        return Way(
            chunk_tokens=self.chunk_tokens, chunk_overlap=self.chunk_overlap, prompt=self.passage_prompt, titled=titled
        )


class Known:
    """The vectors that need not be made again: of the database that a connection sees, and of runs that were killed.

    A vector whose row does not fit its checksum is not taken. `embedded` counts the texts that had to be embedded all the same.
    """

    def __init__(self, connection: sqlite3.Connection | None = None, unfinished: Unfinished | None = None) -> None:
        self.connection, self.unfinished = connection, unfinished
        self.embedded = 0

    def chunk(self, key: bytes) -> Vectors | None:
        """Return the vector of a chunk of this text, shape `(dimension,)`."""
        if self.connection is not None:
            for row in self.connection.execute("SELECT * FROM chunks WHERE key = ?", (key,)):
                values = (row["ordinal"], row["start"], row["end"], row["page"], row["text"], key, row["vector"])
                if checksums.fits(checksums.of_chunk, values, row["checksum"]):
                    return np.frombuffer(row["vector"], rows.CHUNK_DTYPE)
        return self.unfinished.get(key) if self.unfinished is not None else None

    def sentence(self, key: bytes) -> Vectors | None:
        """Return the vector of a sentence of this text, shape `(dimension,)`."""
        if self.connection is not None:
            for row in self.connection.execute("SELECT * FROM sentences WHERE key = ?", (key,)):
                values = (row["start"], row["end"], key, row["vector"])
                if checksums.fits(checksums.of_sentence, values, row["checksum"]):
                    return np.frombuffer(row["vector"], rows.SENTENCE_DTYPE).astype(np.float32)
        return self.chunk(key)

    def same_file(self, fingerprint: str, way: Way) -> list[Chunk]:
        """Return the chunks of a document made from the same bytes by the same settings; none if there is none."""
        if self.connection is None or not fingerprint:
            return []
        wanted = replace(way, titled=True).to_json(), replace(way, titled=False).to_json()
        for row in self.connection.execute(
            "SELECT id, way, outline FROM documents WHERE fingerprint = ?", (fingerprint,)
        ):
            if row["way"] in wanted and rows.read_outline(self.connection, row["id"]) == row["outline"]:
                return rows.read_chunks(self.connection, row["id"])
        return []


def embed_document(
    document: Document,
    fingerprint: str,
    recipe: Recipe,
    *,
    way: Way | None = None,
    stamp: str = "",
    known: Known | None = None,
    previous: Sequence[Chunk] = (),
) -> EmbeddedDocument:
    """Chunk a document, embed its chunks and each of its sentences, and find its chunks' terms.

    Args:
        document: that was read.
        fingerprint: of its file.
        recipe: to make it by.
        way: what is kept of the recipe; the default embeds its title before each text.
        stamp: of its file.
        known: where vectors of texts embedded before are found.
        previous: chunks of an earlier version of it: what they hold unchanged is cut as it was.

    Raises:
        EmbeddingModelError: if the model fails.
    """
    way, known = way or recipe.way(), known or Known()
    chunks = _same_chunks(document, known.same_file(fingerprint, way)) or _cut(document, recipe, previous)
    sentences = sorted({span for chunk in chunks for span in chunk.sentences}, key=lambda span: span.start)
    chunk_texts = [embedded_text(document, chunk.start, chunk.end, way) for chunk in chunks]
    sentence_texts = [embedded_text(document, span.start, span.end, way) for span in sentences]
    chunk_vectors, sentence_vectors = _embed(chunk_texts, sentence_texts, way, known, recipe, document.source)
    searched = [embedded_text(document, chunk.start, chunk.end, replace(way, titled=True)) for chunk in chunks]
    return EmbeddedDocument(
        document=document,
        fingerprint=fingerprint,
        chunks=chunks,
        chunk_vectors=chunk_vectors,
        sentences=sentences,
        sentence_vectors=sentence_vectors,
        terms=[terms(text, document.language) for text in searched],
        way=way,
        stamp=stamp,
    )


def _same_chunks(document: Document, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Return the chunks of a document of the same text as those of this one; none where they do not fit."""
    if any(document.text[chunk.start : chunk.end] != chunk.text for chunk in chunks):
        return []
    return [replace(chunk, document_id=document.id, page=document.page_at(chunk.start)) for chunk in chunks]


def _cut(document: Document, recipe: Recipe, previous: Sequence[Chunk]) -> list[Chunk]:
    embedder = recipe.load_embedder()
    return chunk_document(
        document,
        embedder.count_tokens,
        max_tokens=min(recipe.chunk_tokens, embedder.max_tokens - embedder.count_tokens([document.title])[0] - 1),
        overlap_sentences=recipe.chunk_overlap,
        previous=previous,
    )


def _embed(
    chunks: Sequence[str], sentences: Sequence[str], way: Way, known: Known, recipe: Recipe, source: str
) -> tuple[Vectors, Vectors]:
    """Return the vectors of chunks and of sentences, shape `(n, dimension)` each; a text is embedded once, if at all."""
    keys = {text: text_key(text, way) for text in (*chunks, *sentences)}
    of_chunks = {text: known.chunk(keys[text]) for text in dict.fromkeys(chunks)}
    of_sentences = {text: known.sentence(keys[text]) for text in dict.fromkeys(sentences)}
    missing = [text for found in (of_chunks, of_sentences) for text, vector in found.items() if vector is None]
    missing = list(dict.fromkeys(missing))
    if missing:
        made = _encode(missing, recipe, source)
        if known.unfinished is not None:
            known.unfinished.add([keys[text] for text in missing], made)
        known.embedded += len(missing)
        new = dict(zip(missing, made, strict=True))
        of_chunks |= {text: new[text] for text in of_chunks.keys() & new.keys()}
        of_sentences |= {text: new[text] for text in of_sentences.keys() & new.keys()}
    return _stacked([of_chunks[text] for text in chunks]), _stacked([of_sentences[text] for text in sentences])


def _encode(texts: list[str], recipe: Recipe, source: str) -> Vectors:
    embedder = recipe.load_embedder()
    try:
        return embedder.encode_passages(texts)
    except RagError:
        raise
    except Exception as error:  # out of memory, a device that is gone: whatever a model's library raises
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise EmbeddingModelError(
            f"the embedding model failed on {source} ({reason}): the index is as it was before; run it again to go on from here"
        ) from error


def _stacked(vectors: Sequence[Vectors | None]) -> Vectors:
    if not vectors:
        return np.empty((0, 0), np.float32)
    return np.stack([vector for vector in vectors if vector is not None]).astype(np.float32, copy=False)
