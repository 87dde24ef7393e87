"""A document that is forgotten is gone from what was said of it too: its quotations, what rests on them, its very words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hashes import MODEL, hash_recipe
from hypothesis import given
from hypothesis import strategies as st
from making_answers import answer

from rag.conversations import Conversations, Feedback
from rag.conversations.pieces import Pieces
from rag.index import Store, index_paths
from rag.index.forgetting import forget
from rag.index.scanning import PIECE, of_text, scan
from rag.models import AnswerSentence

SECRET = "The agent known as Halcyon met the minister at dawn. ثم غادر العميل المدينة على متن قارب صغير."
FIRST, SECOND = SECRET.split(". ")
OTHER = "The harbour was closed for repairs in the winter of 2019. Ships were sent to another port."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "secret-of-the-ministry.txt").write_text(SECRET, "utf-8")
    (docs / "harbour.txt").write_text(OTHER, "utf-8")
    index_paths([docs], tmp_path / "store", hash_recipe())
    return Store(tmp_path / "store", MODEL)


def everywhere(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_forgotten_document_is_in_no_byte_of_what_was_said_of_it(store: Store) -> None:
    secret, other = store.document("secret-of-the-ministry.txt"), store.document("harbour.txt")
    mine = Conversations(store.folder, "amal")
    both = answer(
        "What happened?", (secret, f"{FIRST}."), (other, "Ships were sent to another port."), (secret, SECOND)
    )
    both = replace(
        both, citations=(both.citations[0], replace(both.citations[1], repeated_in=(secret.source,)), both.citations[2])
    )
    conversation, first = mine.add(
        None, f"I read that “{FIRST}”. What happened?", both, {"sources": [secret.source, other.source]}
    )
    mine.add(conversation, "And the harbour?", answer("And the harbour?", (other, "Ships were sent to another port.")))
    mine.rename(conversation, "The agent known as Halcyon and the harbour")
    mine.rate(first, Feedback(False, f"No: {SECOND}"))
    before = everywhere(store.folder)
    assert before.count(FIRST.encode()) > 3

    certificate = forget(store, secret.source)
    assert certificate.gone and certificate.rounds == 1

    after = everywhere(store.folder)
    assert secret.id.encode() not in after and secret.source.encode() not in after
    for start in range(len(SECRET) - PIECE + 1):
        for text in (SECRET[start : start + PIECE], json.dumps(SECRET[start : start + PIECE])[1:-1]):
            assert text.encode() not in after, text
    one, two = mine.rounds(conversation)
    assert [sentence.text for sentence in one.answer.sentences] == ["Ships were sent to another port."]
    assert one.answer.text == "Ships were sent to another port. [2]"
    assert [citation.marker for citation in one.answer.citations] == [2] and one.answer.citations[0].repeated_in == ()
    assert [notice.kind for notice in one.answer.notices] == ["forgotten"]
    assert one.scope == {"sources": [other.source]} and one.message.startswith("I read that “")
    assert one.feedback and one.feedback.comment.startswith("No:…")
    assert mine.get(conversation).title.endswith("…and the harbour")
    assert two.answer == answer("And the harbour?", (other, "Ships were sent to another port.")), (
        "others stay as they were"
    )


def test_without_that_the_same_search_finds_what_was_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = store.document("secret-of-the-ministry.txt")
    Conversations(store.folder).add(None, "What?", answer("What?", (secret, SECOND)))
    monkeypatch.setattr("rag.conversations.redact", lambda folder, remains: 0)
    certificate = forget(store, secret.source)
    assert not certificate.gone and {found["file"] for found in certificate.found} == {"conversations.sqlite"}


def test_a_model_that_copies_without_citing_is_found_too(store: Store) -> None:
    secret = store.document("secret-of-the-ministry.txt")
    copied = replace(answer("What?"), sentences=(AnswerSentence(f"It is said: {FIRST}, they say.", ()),), refused=False)
    conversation, _ = Conversations(store.folder).add(None, "What?", copied)
    assert forget(store, secret.source).gone
    (one,) = Conversations(store.folder).rounds(conversation)
    assert one.answer.sentences[0].text.startswith("It is said: …") and one.answer.sentences[0].text.endswith(
        ", they say."
    )


def test_what_another_document_says_too_stays(store: Store) -> None:
    (store.folder.parent / "docs" / "twin.txt").write_text(f"Nobody minded at all, it seems. {OTHER}", "utf-8")
    index_paths([store.folder.parent / "docs"], store.folder, hash_recipe())
    other = store.document("harbour.txt")
    conversation, _ = Conversations(store.folder).add(
        None, "Ships were sent to another port, but why?", answer("Why?", (other, OTHER))
    )
    assert forget(store, "twin.txt").found == []
    (one,) = Conversations(store.folder).rounds(conversation)
    assert one.message == "Ships were sent to another port, but why?" and one.answer == answer("Why?", (other, OTHER))


def test_a_file_that_was_handed_in_goes_too_and_any_other_stays(store: Store) -> None:
    inside = store.folder / "uploads" / "minutes-of-a-closed-meeting.txt"
    inside.parent.mkdir()
    inside.write_text("Nobody outside may ever learn what was decided in this room on that day.", "utf-8")
    index_paths([inside], store.folder, hash_recipe())
    certificate = forget(store, inside.name)
    assert certificate.gone and certificate.file is None and not inside.exists()
    certificate = forget(store, "harbour.txt")
    assert certificate.file and Path(certificate.file).exists()


@given(st.data())
def test_what_is_blanked_shares_no_piece(data: st.DataObject) -> None:
    letters = data.draw(st.sampled_from(["ab", "abc … ", "ابت ", "😀é "]))
    text, said = data.draw(st.text(letters, min_size=2, max_size=60)), data.draw(st.text(letters, max_size=60))
    start = data.draw(st.integers(0, len(text)))
    said = said + text[start : start + data.draw(st.integers(0, 30))] + said[::-1]
    size = data.draw(st.integers(2, 8))
    least = min(size, len(text))
    pieces = {text[at : at + least] for at in range(len(text) - least + 1)}
    blanked = Pieces([(text, ())], size).blanked(said)
    assert blanked == "…" or not any(piece in blanked for piece in pieces)
    if not any(piece in said for piece in pieces):
        assert blanked == said


def test_a_long_document_takes_no_long_time(tmp_path: Path) -> None:
    text = "".join(chr(97 + (number * 7919 + number // 26 * 31) % 26) for number in range(2_000_000))
    assert Pieces([(text, ())], PIECE).blanked(f"before {text[5000:5100]} after").startswith("before …")
    (tmp_path / "nothing").write_text("before … after")
    assert scan(tmp_path, of_text("text", text[:1000]))["found"] == []
