"""A document → its chunks and vectors; what was embedded before is found again by its text and not embedded anew."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from rag.chunks import chunk_document
from rag.embeddings import Embedder, Encoded, EncodedChunk
from rag.errors import EmbeddingModelError, RagError
from rag.index import checksums, rows
from rag.index.base import EmbeddedDocument, Vectors
from rag.index.unfinished import Unfinished
from rag.index.ways import Way, embedded_text, text_key
from rag.late_interaction import SIZE
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

    def chunk(self, key: bytes) -> EncodedChunk | None:
        """Return the vector of a chunk of this text and those of its tokens."""
        if self.connection is not None:
            for row in self.connection.execute("SELECT * FROM chunks WHERE key = ?", (key,)):
                values = [row[name] for name in rows.CHECKED_CHUNK_COLUMNS]
                if checksums.fits(checksums.of_chunk, values, row["checksum"]) and not len(row["tokens"]) % SIZE:
                    return Encoded(np.frombuffer(row["vector"], rows.CHUNK_DTYPE), rows.read_tokens(row["tokens"]))
        return self.unfinished.chunk(key) if self.unfinished is not None else None

    def sentence(self, key: bytes) -> Vectors | None:
        """Return the vector of a sentence of this text, shape `(dimension,)`."""
        if self.connection is not None:
            for row in self.connection.execute("SELECT * FROM sentences WHERE key = ?", (key,)):
                values = (row["start"], row["end"], key, row["vector"])
                if checksums.fits(checksums.of_sentence, values, row["checksum"]):
                    return np.frombuffer(row["vector"], rows.SENTENCE_DTYPE).astype(np.float32)
        chunk = self.chunk(key)
        if chunk is not None:
            return chunk.vector
        return self.unfinished.vector(key) if self.unfinished is not None else None

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
    found, sentence_vectors = _embed(chunk_texts, sentence_texts, way, known, recipe, document.source)
    searched = [embedded_text(document, chunk.start, chunk.end, replace(way, titled=True)) for chunk in chunks]
    return EmbeddedDocument(
        document=document,
        fingerprint=fingerprint,
        chunks=chunks,
        chunk_vectors=_stacked([one.vector for one in found]),
        sentences=sentences,
        sentence_vectors=sentence_vectors,
        terms=[terms(text, document.language) for text in searched],
        way=way,
        stamp=stamp,
        chunk_tokens=[one.tokens for one in found],
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
) -> tuple[list[EncodedChunk], Vectors]:
    """Return what is made of chunks, and the vectors of sentences, shape `(n, dimension)`; a text is embedded once, if at all."""
    keys = {text: text_key(text, way) for text in (*chunks, *sentences)}
    of_chunks = {text: found for text in dict.fromkeys(chunks) if (found := known.chunk(keys[text])) is not None}
    of_sentences = {
        text: vector for text in dict.fromkeys(sentences) if (vector := known.sentence(keys[text])) is not None
    }
    if new := [text for text in dict.fromkeys(chunks) if text not in of_chunks]:
        with _told(source):
            made = recipe.load_embedder().encode_chunks(new)
        if known.unfinished is not None:
            known.unfinished.add(
                [keys[text] for text in new], _stacked([one.vector for one in made]), [one.tokens for one in made]
            )
        known.embedded += len(new)
        of_chunks |= zip(new, made, strict=True)
    of_sentences = {text: of_chunks[text].vector for text in sentences if text in of_chunks} | of_sentences
    if new := [text for text in dict.fromkeys(sentences) if text not in of_sentences]:
        with _told(source):
            vectors = recipe.load_embedder().encode_passages(new)
        if known.unfinished is not None:
            known.unfinished.add([keys[text] for text in new], vectors)
        known.embedded += len(new)
        of_sentences |= zip(new, vectors, strict=True)
    return [of_chunks[text] for text in chunks], _stacked([of_sentences[text] for text in sentences])


@contextmanager
def _told(source: str) -> Iterator[None]:
    """Tell of a model that fails on a document in one line."""
    try:
        yield
    except RagError:
        raise
    except Exception as error:  # out of memory, a device that is gone: whatever a model's library raises
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise EmbeddingModelError(
            f"the embedding model failed on {source} ({reason}): the index is as it was before; run it again to go on from here"
        ) from error


def _stacked(vectors: Sequence[Vectors]) -> Vectors:
    return np.stack(vectors).astype(np.float32, copy=False) if vectors else np.empty((0, 0), np.float32)
