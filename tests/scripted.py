"""A chat model that writes what a test tells it to, as one that obeys whatever it reads would: the worst case."""

from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from rag.llms import Llm


class Scripted(BaseChatModel):
    """Writes `text`, or what `text` makes of the messages, word by word; `seen` is all that it was ever shown."""

    text: str | Callable[[list[BaseMessage]], str]
    seen: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.seen.append("\n".join(message.text for message in messages))
        text = self.text if isinstance(self.text, str) else self.text(messages)
        words = text.split(" ")
        for number, word in enumerate(words):
            info = {"finish_reason": "stop"} if number == len(words) - 1 else {}
            content = f" {word}" if number else word
            yield ChatGenerationChunk(message=AIMessageChunk(content=content, response_metadata=info))

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        text = "".join(chunk.text for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


def scripted(text: str | Callable[[list[BaseMessage]], str], **settings: Any) -> Llm:
    """Return a model that writes so."""
    return Llm(Scripted(text=text), "scripted", **settings)
