"""A chat model's words as they come: read ahead in a thread of their own, with an end to waiting."""

import queue
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from rag.errors import ModelError
from rag.llms.loading import Llm
from rag.text.controls import without_controls

_ENDED = ("finish_reason", "done_reason", "stop_reason")
_CUT = ("length", "max_tokens", "MAX_TOKENS")
_THINK, _THOUGHT = ("<think>", "<thinking>", "[THINK]", "◁think▷"), ("</think>", "</thinking>", "[/THINK]", "◁/think▷")
BEAT = 0.25  # seconds: who waits for words gets an empty piece so often, and can stop
_MOST_WAITS = 10  # times the longest silence: how long an answer may take in all
_MOST_CHARS = 20_000  # no answer is so long: the model has lost its way


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an answer, or none yet; the last piece is `ended`, and `cut` if the model was not finished.

    Where `anew` is set, all before it was not the answer, but thought aloud.
    """

    text: str
    ended: bool = False
    cut: bool = False
    anew: bool = False


def text_of(pieces: Iterable[Piece]) -> str:
    """Return the whole answer."""
    text = ""
    for piece in pieces:
        text = piece.text if piece.anew else text + piece.text
    return text


def stream_text(llm: Llm, messages: Sequence[BaseMessage], stop: Sequence[str] = ()) -> Generator[Piece]:
    """Yield what the model writes, several times a second; to close the iterator stops the model.

    The model is read without pause, whatever is done with a piece in between. What it thinks before it answers is left out.

    Raises:
        ModelError: if it is silent for `llm.seconds`, or breaks off without saying that it has finished.
        Exception: whatever the model's library raises.
    """
    read = _ReadAhead(llm, messages, stop)
    try:
        yield from _without_thoughts(_ended_properly(read.pieces(), llm))
    finally:
        read.closed.set()


class _ReadAhead:
    def __init__(self, llm: Llm, messages: Sequence[BaseMessage], stop: Sequence[str]) -> None:
        self._llm, self._messages, self._stop = llm, list(messages), list(stop)
        self._read: queue.SimpleQueue[Piece | BaseException | None] = queue.SimpleQueue()
        self.closed = threading.Event()

    def pieces(self) -> Iterator[Piece]:
        threading.Thread(target=self._run, name="model", daemon=True).start()
        name, seconds = self._llm.name, self._llm.seconds
        heard = time.monotonic()
        deadline = heard + _MOST_WAITS * seconds
        while True:
            now = time.monotonic()
            if now > deadline:
                raise ModelError(f"{name} did not finish in {_MOST_WAITS * seconds:g} s: try again")
            if now > heard + seconds:
                raise ModelError(f"{name} was silent for {seconds:g} s: try again, or set RAG_MODEL_SECONDS higher")
            try:
                piece = self._read.get(timeout=min(BEAT, seconds))
            except queue.Empty:
                yield Piece("")
                continue
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            heard = time.monotonic()
            yield piece

    def _run(self) -> None:
        try:
            stream: Any = self._llm.chat.stream(self._messages, stop=self._stop or None)
            with closing(stream):
                for chunk in stream:
                    reason = next(
                        (chunk.response_metadata[key] for key in _ENDED if chunk.response_metadata.get(key)), ""
                    )
                    self._read.put(Piece(_clean(chunk.text), bool(reason), reason in _CUT))
                    if self.closed.is_set():
                        break
        except BaseException as error:
            self._read.put(error)
        self._read.put(None)


def _clean(text: str) -> str:
    """Return text without lone surrogates and controls."""
    return without_controls(text.encode("utf-8", "replace").decode())


def _ended_properly(pieces: Iterator[Piece], llm: Llm) -> Iterator[Piece]:
    """Yield the pieces, the last of them marked; raise if it does not come."""
    length, last = 0, Piece("")
    for piece in pieces:
        length += len(piece.text)
        last = Piece("", last.ended or piece.ended, last.cut or piece.cut)
        yield Piece(piece.text)
        if length > _MOST_CHARS:
            raise ModelError(
                f"{llm.name} did not come to an end in {_MOST_CHARS:,} characters: try again, or another model"
            )
    if llm.tells_end and not last.ended:
        raise ModelError(f"{llm.name} broke off half-way: try again")
    yield Piece("", True, last.cut)


def _without_thoughts(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Leave out what a model thinks before it answers: between tags, or up to an end tag whose beginning is in the prompt."""
    held, begun, thinking = "", False, True  # as long as all of it may be the beginning of thoughts
    for piece in pieces:
        held += piece.text
        ended = [(held.rfind(tag) + len(tag)) for tag in _THOUGHT if tag in held]
        if ended:
            held = held[max(ended) :].lstrip()
            yield Piece(held, piece.ended, piece.cut, anew=True)
            begun, held, thinking = bool(held), "", False
            continue
        thinking = thinking and _may_be_thinking(held.lstrip())
        if piece.ended and held.lstrip().startswith(_THINK):  # it came to no answer
            held = ""
        held = held if begun else held.lstrip()
        kept = 0 if piece.ended else len(held) if thinking else _begun_tag(held)
        out, held = held[: len(held) - kept], held[len(held) - kept :]
        begun = begun or bool(out)
        yield Piece(out, piece.ended, piece.cut)


def _may_be_thinking(text: str) -> bool:
    return any(tag.startswith(text) or text.startswith(tag) for tag in _THINK)


def _begun_tag(text: str) -> int:
    """Return how many characters at the end may be the beginning of an end tag."""
    return max(size for size in range(12) if any(not size or text[-size:] == tag[:size] for tag in _THOUGHT))
