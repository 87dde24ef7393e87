"""Negation: put in or left out it is found; said in other words it is not."""

import pytest
from growth import is_linear

from rag.facts.base import Text
from rag.facts.negation import check_negation


def reasons(language: str, claim: str, evidence: str) -> list[str]:
    return [finding.reason for finding in check_negation(Text(claim, language), Text(evidence, language))]


PAIRS = [
    (
        "en",
        "The council approved the new tram line in spring.",
        "The council did not approve the new tram line in spring.",
    ),
    ("en", "The harbour was dredged last winter.", "The harbour wasn't dredged last winter."),
    ("en", "The singer has performed in the old theatre.", "The singer has never performed in the old theatre."),
    ("en", "Students were hurt in the fire at the college.", "No students were hurt in the fire at the college."),
    ("ar", "وافقت اللجنة على الميزانية الجديدة أمس.", "لم توافق اللجنة على الميزانية الجديدة أمس."),
    ("ar", "ستشارك الفرقة في مهرجان الصيف المقبل.", "لن تشارك الفرقة في مهرجان الصيف المقبل."),
    ("ar", "تستخدم المدرسة الحواسيب القديمة في التدريس.", "لا تستخدم المدرسة الحواسيب القديمة في التدريس."),
    ("ar", "قال الطبيب إن اللقاح متوفر في القرى.", "لم يقل الطبيب إن اللقاح متوفر في القرى."),
    ("ar", "كان الطريق سالكا أمام الشاحنات.", "كان الطريق غير سالك أمام الشاحنات."),
    ("fr", "Le théâtre a rouvert ses portes en automne.", "Le théâtre n’a pas rouvert ses portes en automne."),
    ("fr", "La ville finance le nouveau stade.", "La ville ne finance jamais le nouveau stade."),
    ("es", "El museo compró la colección de relojes.", "El museo no compró la colección de relojes."),
    ("es", "La fábrica contrató a vecinos del pueblo.", "La fábrica nunca contrató a vecinos del pueblo."),
    ("de", "Der Verein bezahlt die Miete für den Saal.", "Der Verein bezahlt die Miete für den Saal nicht."),
    ("de", "Die Gemeinde hat Pläne für das Schwimmbad.", "Die Gemeinde hat keine Pläne für das Schwimmbad."),
    ("ru", "Комиссия проверила качество воды в озере.", "Комиссия не проверила качество воды в озере."),
    ("ru", "Театр получил деньги на ремонт крыши.", "Театр не получил деньги на ремонт крыши."),
    ("tr", "Belediye eski köprüyü bu yıl onardı.", "Belediye eski köprüyü bu yıl onarmadı."),
    ("tr", "Şirket yeni fabrikayı gelecek yıl açacak.", "Şirket yeni fabrikayı gelecek yıl açmayacak."),
    ("hi", "नगर निगम ने पुराने पुल की मरम्मत करवाई।", "नगर निगम ने पुराने पुल की मरम्मत नहीं करवाई।"),
    ("hi", "स्कूल में खेल का मैदान है।", "स्कूल में खेल का मैदान नहीं है।"),
    ("zh", "市政府批准了这个项目。", "市政府没有批准这个项目。"),
    ("zh", "这座剧院对游客开放。", "这座剧院不对游客开放。"),
    ("pt", "A câmara aprovou o novo estádio.", "A câmara não aprovou o novo estádio."),
    ("it", "Il comune ha approvato il nuovo stadio.", "Il comune non ha approvato il nuovo stadio."),
    ("id", "Pemerintah menyetujui pembangunan stadion baru.", "Pemerintah tidak menyetujui pembangunan stadion baru."),
]

OPPOSITES = [
    ("en", "Ticket prices rose sharply in spring.", "Ticket prices fell sharply in spring."),
    ("en", "Smoking is allowed in the old stadium.", "Smoking is banned in the old stadium."),
    ("ar", "ارتفعت أسعار القمح هذا الأسبوع.", "انخفضت أسعار القمح هذا الأسبوع."),
    ("ar", "قبلت النقابة عرض الشركة الجديد.", "رفضت النقابة عرض الشركة الجديد."),
    ("fr", "Le prix du blé a augmenté cette semaine.", "Le prix du blé a diminué cette semaine."),
    ("es", "El equipo ganó el partido del domingo.", "El equipo perdió el partido del domingo."),
    ("de", "Die Preise sind im Frühling gestiegen.", "Die Preise sind im Frühling gesunken."),
    ("ru", "Цены на зерно весной выросли.", "Цены на зерно весной снизились."),
    ("tr", "Buğday fiyatı bu hafta arttı.", "Buğday fiyatı bu hafta azaldı."),
    ("hi", "गेहूँ का दाम इस सप्ताह बढ़ा।", "गेहूँ का दाम इस सप्ताह घटा।"),
    ("zh", "本周小麦价格上涨。", "本周小麦价格下降。"),
]


@pytest.mark.parametrize(("language", "one", "other"), [*PAIRS, *OPPOSITES])
def test_a_claim_that_says_the_contrary_is_found_both_ways(language: str, one: str, other: str) -> None:
    for claim, evidence in ((one, other), (other, one)):
        found = check_negation(Text(claim, language), Text(evidence, language))
        assert found
        for finding in found:
            assert finding.kind == "negation" and finding.outcome == "differs" and finding.evidence is not None
            assert evidence[finding.evidence.start : finding.evidence.end] in finding.reason
            assert claim[finding.claim.start : finding.claim.end] in finding.reason


@pytest.mark.parametrize(("language", "one", "other"), [*PAIRS, *OPPOSITES])
def test_the_same_words_agree(language: str, one: str, other: str) -> None:
    assert reasons(language, one, one) == []
    assert reasons(language, other, other) == []
    assert reasons(language, one, f"{other} {one}") == []


@pytest.mark.parametrize(
    ("language", "claim", "evidence"),
    [
        ("en", "The gate remained closed.", "The gate was not opened."),
        ("en", "The mayor refused to pay the fine.", "The mayor did not pay the fine."),
        ("en", "At least forty boats returned.", "No fewer than forty boats returned."),
        ("en", "The song is loved in France and abroad.", "The song is loved not only in France but abroad."),
        ("en", "The library opened in June.", "The library did not open in May, as planned, but opened in June."),
        ("en", "The office closes at six.", "The office does not open before nine and closes at six."),
        ("en", "Sales rose, although costs fell.", "Costs fell while sales rose."),
        ("en", "She denied that she had taken money.", "She denied having taken money."),
        ("ar", "ما زال المصنع يعمل.", "لا يزال المصنع يعمل."),
        ("ar", "المسرح جميل، لا سيما قاعته الكبرى.", "المسرح جميل وخصوصا قاعته الكبرى."),
        ("ar", "فاز الفريق، غير أن المدرب استقال.", "فاز الفريق لكن المدرب استقال."),
        ("ar", "امتنع التاجر عن دفع الغرامة.", "لم يدفع التاجر الغرامة."),
        ("ar", "يعيش في القرية مئة شخص فقط.", "لا يعيش في القرية سوى مئة شخص."),
        ("fr", "Il reste seulement deux écoles.", "Il ne reste que deux écoles."),
        ("fr", "Elle chante et danse.", "Non seulement elle chante, mais elle danse."),
        ("es", "Cantó y bailó.", "No solo cantó, sino que bailó."),
        ("es", "Sin embargo, el tren llegó.", "El tren llegó."),
        ("de", "Sie singt und tanzt.", "Sie singt nicht nur, sie tanzt auch."),
        ("de", "Ohne Zweifel kam der Zug an.", "Der Zug kam an."),
        ("ru", "Она поёт и танцует.", "Она не только поёт, но и танцует."),
        ("ru", "Пришли не менее ста человек.", "Пришли по крайней мере сто человек."),
        ("tr", "Hem şarkı söyledi hem dans etti.", "Sadece şarkı söylemekle kalmadı, dans da etti."),
        ("hi", "वह गाती और नाचती है।", "वह न केवल गाती है बल्कि नाचती भी है।"),
        ("zh", "她唱歌也跳舞。", "她不仅唱歌，也跳舞。"),
        ("zh", "人口不断增长。", "人口持续增长。"),
        ("zh", "非洲国家参加了会议。", "来自非洲的国家参加会议。"),
    ],
)
def test_the_same_in_other_words_is_not_flagged(language: str, claim: str, evidence: str) -> None:
    assert reasons(language, claim, evidence) == []


def test_what_is_denied_is_not_what_is_said() -> None:
    found = reasons("en", "The company paid bribes to the mayor.", "The company denied paid bribes to the mayor.")
    assert found == ["source says “denied paid”, answer says “paid”"]


def test_nothing_is_said_across_languages_or_without_a_table() -> None:
    assert check_negation(Text("لم يفتح الجسر.", "ar"), Text("The bridge opened.", "en")) == []
    assert reasons("und", "not open", "open") == reasons("xx", "not open", "open") == []


@pytest.mark.parametrize("language", ["en", "ar", "zh", "tr", "hi", "und"])
@pytest.mark.parametrize(
    "text", ["", " \n", "\ud800 \udfff not", "not", "لا", "不", "değil", "n't", "not " * 2_000, "不" * 2_000]
)
def test_any_text_will_do(language: str, text: str) -> None:
    assert reasons(language, text, text) == []
    reasons(language, text, "The bridge did not open.")
    reasons(language, "The bridge did not open.", text)


def test_long_texts_take_linear_time() -> None:
    def check(length: int) -> None:
        text = ("The minister did not open the bridge on Monday. " * length)[:length]
        check_negation(Text(text, "en"), Text(text.replace("not ", ""), "en"))

    assert is_linear(check, 5_000)
