"""A short answer is near its question's words, or it is not."""

import pytest

from rag.checking import Claim, Evidence
from rag.checking.placing import place_of_answer

TEXT = (
    "The bridge over the Sarwan was opened in 1931 by Judge Odeh. The market hall behind the station was built in 1954 "
    "by the engineer Malouf. The library has 4,600 volumes."
)


def placed(answer: str, question: str = "When was the market hall built?") -> dict[str, float]:
    return place_of_answer(Claim(answer, "en", question), Evidence(TEXT, "en"))


def test_the_right_figure_is_nearer_than_the_others():
    right, wrong = placed("1954"), placed("1931")
    assert right["answer_near"] > wrong["answer_near"]
    assert right["answer_lead"] > 0 > wrong["answer_lead"]
    assert right["answer_rank"] == 1.0 > wrong["answer_rank"]


def test_the_right_name_too_and_in_arabic():
    assert placed("Malouf", "Who built the market hall?")["answer_rank"] == 1.0
    text = "افتتح الوزير كريم الدروبي المحطة عام 2019. وبنى المهندس عادل شمس السوق القديم عام 1954."
    evidence = Evidence(text, "ar")
    right = place_of_answer(Claim("عام 1954", "ar", "متى بُني السوق القديم؟"), evidence)
    wrong = place_of_answer(Claim("عام 2019", "ar", "متى بُني السوق القديم؟"), evidence)
    assert right["answer_lead"] > wrong["answer_lead"]


@pytest.mark.parametrize(
    ("answer", "question", "text"),
    [("1954", "", TEXT), ("1999", "When was it built?", TEXT), ("1954", "Quand?", TEXT), ("", "", ""), ("a", "b?", "")],
)
def test_without_a_question_or_a_place_nothing_is_said(answer, question, text):
    found = place_of_answer(Claim(answer, "en", question), Evidence(text, "en"))
    assert set(found.values()) == {0.0}
