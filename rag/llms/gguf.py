"""A GGUF file run in this process by llama.cpp, as a chat model of LangChain."""

import mmap
import queue
import secrets
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from rag.errors import ModelError, SettingsError

_METADATA = 64 << 20  # bytes: the head of a GGUF file, its vocabulary included, is smaller
_AT_ONCE = 2  # answers written at the same time; a third waits
_END = object()


class ChatGguf(BaseChatModel):
    """A chat model over a GGUF file.

    A file without a chat template is a base model: it goes on with the text of the messages as it stands (`base` tells).

    Args:
        path: of the file.
        context: tokens that one answer and its prompt may take.
        max_tokens: the longest answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    path: Path
    context: int = 4096
    max_tokens: int = 400
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _engine: Any = PrivateAttr(default=None)

    def model_post_init(self, context: Any) -> None:
        """Refuse what is no GGUF file, before llama.cpp refuses it without a reason.

        Raises:
            SettingsError: if it is none.
        """
        try:
            with self.path.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise SettingsError(f"{self.path.name} cannot be read ({error.strerror}): give a GGUF file") from error
        if magic != b"GGUF":
            raise SettingsError(
                f"{self.path.name} is no GGUF file (it begins with {magic!r}): give one of llama.cpp's files"
            )

    @property
    def _llm_type(self) -> str:
        return "gguf"

    @cached_property
    def base(self) -> bool:
        """Whether the file holds no chat template: the model completes text, and follows no instructions."""
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b"tokenizer.chat_template", 0, _METADATA) < 0

    @property
    def server(self) -> Any:
        """llama.cpp's engine. Loaded once, on first use, whoever comes first.

        Raises:
            ModelError: if llama.cpp cannot load the file.
        """
        with self._loading:
            if self._engine is None:
                self._engine = self._load()
            return self._engine

    def _load(self) -> Any:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(self.path)
        params.n_parallel = _AT_ONCE
        params.n_ctx = self.context * _AT_ONCE
        params.verbosity = -1
        # The engine always listens on a port of loopback too; nobody else has the key to it.
        params.api_keys = [secrets.token_hex(32)]
        params.ui = params.endpoint_slots = params.endpoint_props = False
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelError(f"llama.cpp cannot load {self.path.name} ({error}): is the file whole?") from error

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop or [], kwargs):
            choice = piece["choices"][0]
            text = choice["text"] if "text" in choice else choice.get("delta", {}).get("content") or ""
            info = {"finish_reason": choice["finish_reason"]} if choice.get("finish_reason") else {}
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=text, response_metadata=info))
            if run_manager and text:
                run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = ""
        info: dict[str, Any] = {}
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            text += chunk.text
            info |= chunk.message.response_metadata
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text, response_metadata=info))])

    def _pieces(self, messages: list[BaseMessage], stop: list[str], extra: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the engine writes, as it writes; it stops when the iterator is closed."""
        request: dict[str, Any] = {
            "temperature": 0,
            "max_tokens": self.max_tokens,
            **extra,
            "stream": True,
            "stop": stop,
        }
        if self.base:
            request["prompt"] = "\n\n".join(message.text for message in messages)
        else:
            request["messages"] = convert_to_openai_messages(messages)
        ask = self.server.handle_completions if self.base else self.server.handle_chat_completions
        written: queue.SimpleQueue[Any] = queue.SimpleQueue()
        closed = threading.Event()

        def take(piece: dict[str, Any]) -> bool:
            written.put(piece)
            return closed.is_set()  # True stops the engine

        def write() -> None:
            try:
                ask(request, take)
            except Exception as error:  # handed on to the one who waits for it
                written.put(error)
            written.put(_END)

        threading.Thread(target=write, name="llama.cpp", daemon=True).start()
        try:
            while (piece := written.get()) is not _END:
                if isinstance(piece, Exception):
                    raise piece
                if "error" in piece:
                    raise GgufError(piece["error"])
                yield piece
        finally:
            closed.set()


class GgufError(ModelError):
    """What llama.cpp refuses; `code` as an HTTP server would give it."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(str(told.get("message", told)))
        self.status_code = int(told.get("code", 500))
