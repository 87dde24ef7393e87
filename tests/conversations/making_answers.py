"""Answers to save, about documents of a small store."""

from rag.models import Answer, AnswerSentence, Citation, Document, Passage, Proof


def citation(marker: int, document: Document, quote: str) -> Citation:
    start = document.text.index(quote)
    end = start + len(quote)
    return Citation(
        marker,
        document.id,
        document.source,
        document.title,
        document.language,
        document.date,
        None,
        start,
        end,
        quote,
        document.text[max(0, start - 30) : start],
        document.text[end : end + 30],
    )


def answer(question: str, *quotes: tuple[Document, str]) -> Answer:
    """An answer that quotes documents, a sentence for each."""
    citations = tuple(citation(marker, *one) for marker, one in enumerate(quotes, 1))
    sentences = tuple(
        AnswerSentence(
            one.quote,
            (one.marker,),
            "supported",
            0.9,
            0.9,
            "",
            (Proof(one.document, one.source, one.start, one.end, one.quote),),
        )
        for one in citations
    )
    passages = tuple(
        Passage(
            rank,
            0.5,
            document.id,
            document.source,
            document.title,
            document.language,
            None,
            None,
            0,
            len(document.text),
            document.text,
            0.5,
            0.5,
        )
        for rank, (document, _) in enumerate(quotes, 1)
    )
    text = "\n".join(f"{one.text} [{one.citations[0]}]" for one in sentences)
    return Answer(question, "en", text, not sentences, 0.9, sentences, citations, passages)
