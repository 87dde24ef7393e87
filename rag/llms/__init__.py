"""Language models that write answers: any chat model of LangChain, and GGUF files run in this process by llama.cpp."""

from rag.llms.loading import Llm, lazy_llm, load_llm

__all__ = ["Llm", "lazy_llm", "load_llm"]
