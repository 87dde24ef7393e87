"""Texts → unit float32 vectors, through sentence-transformers, with the prompts that the model was trained with."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from rag.bundled_model import bundled_model_folder, bundled_model_name
from rag.cross_encoder import CrossEncoder, load_learnt
from rag.errors import EmbeddingModelError
from rag.late_interaction import SIZE, LateInteraction, Tokens, load_late_interaction
from rag.settings import BUNDLED, Settings
from rag.text.folding import without_signs

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Read by the OpenMP runtime when torch is first imported. While one of two cores is busy elsewhere, active waiting cost
# 434-944 ms a query against 28-30 ms; on an idle machine passive waiting is a little slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

Vectors = npt.NDArray[np.float32]
OfTokens = TypeVar("OfTokens", Vectors, Tokens)
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}

_BATCH, _ALIKE = 32, 0.7
"""Most texts embedded at once, and how short (of the longest one's tokens) the shortest of them may be. All cost as much as the
longest: a page's chunks and sentences in one batch took 48 s where 15 s do."""
_PROMPT = 6
"""Tokens, about, that the model reads before and after each text."""
_PATIENCE = 2.0
"""Seconds that passages wait for questions, so that they come to their turn as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded(Generic[OfTokens]):
    """A text's unit vector, shape `(dimension,)`, and the vectors of its tokens, shape `(tokens, SIZE)`; none without a map.

    Those of a question are float32, those of a passage int8: see `rag.late_interaction`.
    """

    vector: Vectors
    tokens: OfTokens


EncodedQuestion = Encoded[Vectors]
EncodedChunk = Encoded[Tokens]


class Embedder:
    """A loaded embedding model. `name` is what an index remembers; `dimension` the length of its vectors.

    `max_tokens` is how many tokens of a passage it reads, its prompt and special tokens already taken off.
    `late` makes small vectors of tokens; without it there are none. Safe to use from several threads.
    """

    def __init__(
        self,
        model: "SentenceTransformer",
        name: str,
        query_prompt: str,
        passage_prompt: str,
        late: LateInteraction | None = None,
    ) -> None:
        self._model, self._late = model, late
        self._lock = threading.Lock()
        self._asking = 0
        self._asking_lock = threading.Lock()
        self._query_prompt, self._passage_prompt = query_prompt, passage_prompt
        self.name = name
        self.dimension = len(model.encode("", show_progress_bar=False))
        longest = model.get_max_seq_length() or 512
        self.max_tokens = longest - len(model.tokenizer(passage_prompt)["input_ids"])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of questions, shape `(len(texts), dimension)`, float32."""
        with self._asked():
            return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of passages or sentences, shape `(len(texts), dimension)`, float32.

        Questions of other threads are let in on the way: a long document does not keep them waiting.
        """
        return self._encode(texts, self._passage_prompt, self._let_questions_in)

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return what `encode_queries` does of each question, read without vowel signs, with its tokens.

        The signs break a word into other tokens; documents mostly have none. On TyDi QA's Arabic, where 33 of 921 questions do,
        nDCG@10 is .964 with them and .965 without.
        """
        texts = [without_signs(text) for text in texts]
        if self._late is None:
            nothing = np.empty((0, SIZE), np.float32)
            return [Encoded(vector, nothing) for vector in self.encode_queries(texts)]
        with self._asked():
            return self._encode_tokens(texts, self._query_prompt, self._late.of_question)

    def encode_chunks(self, texts: Sequence[str]) -> list[EncodedChunk]:
        """Return what `encode_passages` does of each passage, with its tokens."""
        if self._late is None:
            nothing = np.empty((0, SIZE), np.int8)
            return [Encoded(vector, nothing) for vector in self.encode_passages(texts)]
        return self._encode_tokens(texts, self._passage_prompt, self._late.of_passage, self._let_questions_in)

    @cached_property
    def cross_encoder(self) -> CrossEncoder | None:
        """The same model with the layers that were learnt to read two texts together; None where none were."""
        learnt = load_learnt(self.name)
        return None if learnt is None else CrossEncoder(*self.transformer, learnt)

    @property
    def transformer(self) -> tuple[Any, Any]:
        """The model that makes the states of tokens, and its tokenizer, as they are."""
        return self._model[0].auto_model, self._model.tokenizer

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with self._asking_lock:
            self._asking += 1
        try:
            yield
        finally:
            with self._asking_lock:
                self._asking -= 1

    def _let_questions_in(self) -> None:
        patience = time.monotonic() + _PATIENCE
        while self._asking and time.monotonic() < patience:
            time.sleep(0.001)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without prompt and special tokens."""
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(
                list(texts), add_special_tokens=False, truncation=False, return_attention_mask=False, verbose=False
            )
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode(self, texts: Sequence[str], prompt: str, before_each: Callable[[], None] | None = None) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for some, made in self._made(texts, prompt, "sentence_embedding", before_each):
            vectors[some] = made
        return vectors

    def _encode_tokens(
        self,
        texts: Sequence[str],
        prompt: str,
        reduce: Callable[[Vectors], OfTokens],
        before_each: Callable[[], None] | None = None,
    ) -> list[Encoded[OfTokens]]:
        # Stripped, as the space at a prompt's end is no token of its own once a text stands behind it.
        first = 1 + self.count_tokens([prompt.strip()])[0]
        found: dict[int, Encoded[OfTokens]] = {}
        for some, made in self._made(texts, prompt, None, before_each):
            for at, one in zip(some, made, strict=True):
                vector = one["sentence_embedding"].float().cpu().numpy()
                states = one["token_embeddings"][one["attention_mask"].bool()][first:-1].float().cpu().numpy()
                found[at] = Encoded(vector / max(float(np.linalg.norm(vector)), 1e-12), reduce(states))
        return [found[at] for at in range(len(texts))]

    def _made(
        self,
        texts: Sequence[str],
        prompt: str,
        output: Literal["sentence_embedding"] | None,
        before_each: Callable[[], None] | None,
    ) -> Iterator[tuple[list[int], Any]]:
        """Yield the numbers of texts, batch by batch, and what the model makes of them: vectors, or all that it knows."""
        for some in batches(self.count_tokens(texts)):
            if before_each:
                before_each()
            with self._lock:
                made = self._model.encode(
                    [texts[at] for at in some],
                    prompt=prompt,
                    batch_size=_BATCH,
                    output_value=output,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
            yield some, made


def batches(tokens: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of texts that are embedded together, by how many tokens each has, the longest first.

    >>> list(batches([200, 30, 180, 40, 38]))
    [[0, 2], [3, 4, 1]]
    """
    some: list[int] = []
    for at in sorted(range(len(tokens)), key=lambda at: -tokens[at]):
        if some and (len(some) == _BATCH or tokens[at] + _PROMPT < _ALIKE * (tokens[some[0]] + _PROMPT)):
            yield some
            some = []
        some.append(at)
    if some:
        yield some


def model_name(settings: Settings) -> str:
    """Return the name by which an index remembers the model that `settings` ask for."""
    if settings.embedding_model == BUNDLED:
        return bundled_model_name()
    folder = Path(settings.embedding_model).expanduser()
    return str(folder.resolve()) if folder.is_dir() else settings.embedding_model


def load_embedder(settings: Settings, late: LateInteraction | None = None) -> Embedder:
    """Load the embedding model that `settings` name; the default one is built on first use.

    `late` takes the place of the map of tokens that was fitted for it.

    Raises:
        EmbeddingModelError: in one line, if there is no such model or it cannot be loaded.
    """
    bundled = settings.embedding_model == BUNDLED
    location = str(bundled_model_folder(settings.cache_dir)) if bundled else model_name(settings)
    if not bundled and location.startswith(("/", ".", "~")) and not Path(location).is_dir():
        raise EmbeddingModelError(
            f"no embedding model in {location}: give RAG_EMBEDDING_MODEL a folder or name that exists"
        )
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    try:
        model = SentenceTransformer(location, device="cpu" if bundled else None, local_files_only=bundled)
        name = model_name(settings)
        return Embedder(model, name, *_prompts(model, settings), late or load_late_interaction(name))
    except Exception as error:  # sentence-transformers lets any error of its many loaders through
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise EmbeddingModelError(
            f"embedding model {location!r} cannot be loaded ({reason}): give RAG_EMBEDDING_MODEL the name or folder of a "
            "sentence-transformers model, or unset it for the default"
        ) from error


def _prompts(model: "SentenceTransformer", settings: Settings) -> tuple[str, str]:
    declared = {key: text for key, text in model.prompts.items() if text}
    if not declared:
        base = Path(settings.embedding_model).name.lower()
        # The E5 models on the hub declare no prompts though they were trained with them; the instruct ones differ.
        declared = _E5_PROMPTS if "e5-" in base and "instruct" not in base and "mistral" not in base else {}
    query = declared.get("query", "")
    passage = next((declared[key] for key in ("passage", "document", "corpus") if key in declared), "")
    return (
        query if settings.query_prompt is None else settings.query_prompt,
        passage if settings.passage_prompt is None else settings.passage_prompt,
    )
