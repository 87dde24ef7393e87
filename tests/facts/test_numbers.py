import pytest
from growth import is_linear
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.base import Text
from rag.facts.dates import check_dates
from rag.facts.numbers import check_numbers
from rag.facts.numerals import numerals
from rag.facts.quantities import find_quantities

LANGUAGES = ["ar", "en", "fr", "es", "de", "ru", "tr", "hi", "zh", "und"]


def outcomes(claim, evidence):
    one, two = Text(claim[1], claim[0]), Text(evidence[1], evidence[0])
    return [finding.outcome for finding in check_numbers(one, two) + check_dates(one, two)]


def test_values():
    wrong = []
    for language, text, value in VALUES:
        found = numerals(Text(text, language))
        if [float(numeral.values[0]) for numeral in found] != [value]:
            wrong.append((language, text, [str(numeral.values[0]) for numeral in found]))
    assert not wrong


VALUES = [
    ("ar", "خمسة عشر", 15),
    ("ar", "خمس عشرة", 15),
    ("ar", "أحد عشر", 11),
    ("ar", "اثنتي عشرة", 12),
    ("ar", "ثلاثة وعشرين", 23),
    ("ar", "مئةٌ وخمسون ألفًا", 150_000),
    ("ar", "ثلاثمائة وسبعة وأربعون", 347),
    ("ar", "ثلاثة ملايين ومئتا ألف", 3_200_000),
    ("ar", "ألفان", 2000),
    ("ar", "مليونين", 2_000_000),
    ("ar", "مئتان وخمسون", 250),
    ("ar", "مليون ونصف المليون", 1_500_000),
    ("ar", "نصف مليون", 500_000),
    ("ar", "١٬٥٠٠", 1500),
    ("ar", "١٫٥", 1.5),
    ("ar", "٤٠ ألفا", 40_000),
    ("ar", "الحادي والعشرين", 21),
    ("ar", "والثاني عشر", 12),
    ("en", "one hundred and fifty thousand", 150_000),
    ("en", "twenty-five", 25),
    ("en", "half a million", 500_000),
    ("en", "a million and a half", 1_500_000),
    ("en", "3.2bn", 3_200_000_000),
    ("en", "10k", 10_000),
    ("en", "twenty-first", 21),
    ("en", "fifteen hundred", 1500),
    ("fr", "quatre-vingt-dix-sept", 97),
    ("fr", "soixante et onze", 71),
    ("fr", "1 500,5", 1500.5),
    ("fr", "deux cent mille", 200_000),
    ("fr", "un million et demi", 1_500_000),
    ("es", "treinta y cinco mil", 35_000),
    ("es", "mil millones", 1_000_000_000),
    ("es", "un millón y medio", 1_500_000),
    ("es", "veintitrés", 23),
    ("de", "vierundzwanzig", 24),
    ("de", "zweihundertfünfzigtausend", 250_000),
    ("de", "2,3 Milliarden", 2_300_000_000),
    ("de", "anderthalb Millionen", 1_500_000),
    ("de", "einundzwanzigsten", 21),
    ("ru", "двадцать три тысячи", 23_000),
    ("ru", "20 тысяч", 20_000),
    ("ru", "двухсот пятидесяти", 250),
    ("ru", "полтора миллиона", 1_500_000),
    ("tr", "yirmi beş bin", 25_000),
    ("tr", "on altı", 16),
    ("tr", "50 bin", 50_000),
    ("tr", "bir buçuk milyon", 1_500_000),
    ("hi", "डेढ़ लाख", 150_000),
    ("hi", "साढ़े तीन करोड़", 35_000_000),
    ("hi", "1,50,000", 150_000),
    ("hi", "२५", 25),
    ("hi", "पच्चीस हज़ार", 25_000),
    ("zh", "三百二十万", 3_200_000),
    ("zh", "1.5亿", 150_000_000),
    ("zh", "十五", 15),
    ("zh", "３２", 32),
    ("fa", "بیست و پنج هزار", 25_000),
    ("fa", "۱۲۳", 123),
    ("ur", "پچیس لاکھ", 2_500_000),
    ("id", "dua ratus lima puluh ribu", 250_000),
    ("pt", "vinte e três mil", 23_000),
    ("it", "ventitré", 23),
    ("ja", "5万", 50_000),
    ("ko", "5만", 50_000),
    ("und", "1'500", 1500),
]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (("ar", "أنقذ الفريق ثمانية بحارة."), ("en", "The crew rescued 8 sailors.")),
        (("en", "Eight sailors were rescued."), ("ar", "أُنقذ ٨ بحارة.")),
        (("ar", "بلغت الكلفة مليوني دولار."), ("en", "It cost $2 million.")),
        (("ar", "ارتفعت الأسعار 15 بالمئة."), ("de", "Die Preise stiegen um 15 Prozent.")),
        (("ar", "ارتفعت الأسعار ١٥٪."), ("tr", "Fiyatlar yüzde 15 arttı.")),
        (("zh", "价格上涨百分之十五。"), ("en", "Prices rose 15 percent.")),
        (("en", "Prices rose 15%."), ("zh", "价格上涨百分之十五。")),
        (("ru", "Цены выросли на 15 процентов."), ("fr", "Les prix ont augmenté de 15 %.")),
        (("en", "The pipe is 2 km long."), ("es", "La tubería mide 2.000 metros.")),
        (("en", "About 150 people came."), ("ar", "حضر 152 شخصا.")),
        (("en", "More than 100 people came."), ("ar", "حضر 120 شخصا.")),
        (("en", "100 people came."), ("en", "More than 100 people came.")),
        (("ar", "حضر أكثر من 100 شخص."), ("en", "More than 100 people came.")),
        (("en", "The town has 3.4 million people."), ("en", "The town has 3,412,000 people.")),
        (("en", "between 5 and 10 percent"), ("fr", "entre 5 et 10 %")),
        (("de", "5–10 Kilometer"), ("ar", "من 5 إلى 10 كيلومترات")),
        (("en", "Half of the town is flooded."), ("ar", "غمرت المياه 50 في المئة من البلدة")),
        (("hi", "संयंत्र डेढ़ लाख घन मीटर पानी देगा।"), ("en", "It will make 150,000 cubic metres of water.")),
        (("ru", "Система обойдётся в 650 тыс. долларов."), ("en", "It costs $650,000.")),
        (("de", "Versichert mit 8,5 Mio. Euro."), ("es", "Asegurado por 8,5 millones de euros.")),
        (("tr", "Yaklaşık 5.000 kişi izledi."), ("en", "About 5,000 people watched.")),
        (("zh", "该厂可生产15万立方米淡水。"), ("ar", "تنتج المحطة 150 ألف متر مكعب")),
        (("ar", "استمر العمل يومين."), ("en", "The work went on for 2 days.")),
        (("en", "The work went on for two days."), ("ar", "استمر العمل يومين.")),
        (("en", "One of the men ran."), ("en", "A man ran.")),
        (("fr", "Une tempête a frappé un village."), ("ar", "ضربت عاصفة قرية.")),
        (("ar", "قال أحد السكان إن واحدا منهم نجا."), ("en", "A resident said somebody survived.")),
        (("de", "Ein Mann sah einen anderen."), ("en", "Some man saw another.")),
        (("ar", "المادة 5"), ("en", "Article 5")),
        (("en", "F-16 jets"), ("ar", "مقاتلات إف-16")),
        (("ru", "трёхдневный визит, двое раненых"), ("ru", "визит длился 3 дня, ранены 2 человека")),
        (("en", "A three-day trip"), ("de", "Eine dreitägige Reise")),
        (("en", "He earned 12,500 riyals."), ("ar", "تقاضى ١٢٥٠٠ ريال.")),
        (("en", "1250 houses were hit."), ("en", "1,250 houses were hit.")),
        (("en", "The second man spoke first."), ("en", "Then another spoke.")),
        (("en", "TiO2 has a ring at the C3 position."), ("en", "Four rings of 193 stand there.")),
        (("en", "F16 jets"), ("ar", "مقاتلات إف-16")),
        (("es", "La tercera ronda"), ("ar", "الجولة الثالثة")),
        (("en", "It was worth 1.5 million."), ("hi", "15 लाख")),
        (("fa", "بیش از ۱۰۰ نفر"), ("en", "more than 100 people")),
        (("ja", "5万人が参加した。"), ("ko", "5만 명이 참가했다.")),
        (("id", "lima ribu orang"), ("en", "5,000 people")),
    ],
)
def test_what_the_evidence_says_is_not_flagged(claim, evidence):
    assert set(outcomes(claim, evidence)) <= {"same"}


@pytest.mark.parametrize(
    ("claim", "evidence", "outcome", "reason"),
    [
        (("en", "80 ships left."), ("en", "8 ships left."), "differs", "source says 8, answer says 80"),
        (("ar", "غادرت 80 سفينة."), ("ar", "غادرت 8 سفن."), "differs", "source says 8, answer says 80"),
        (("ar", "قُتل خمسون شخصا."), ("ar", "قُتل خمسة عشر شخصا."), "differs", "source says خمسة عشر, answer says خمسون"),
        (("en", "It cost $40 million."), ("ar", "كلف 40 مليار دولار."), "differs", ""),
        (("en", "It cost $40 million."), ("en", "It cost $40 thousand."), "differs", ""),
        (
            ("fr", "Il a payé 5 dollars."),
            ("fr", "Il a payé 5 euros."),
            "differs",
            "source says 5 euros, answer says 5 dollars",
        ),
        (
            ("en", "15 percent left."),
            ("en", "15 people left."),
            "differs",
            "source says 15 people, answer says 15 percent",
        ),
        (("de", "Es sind 8 km."), ("de", "Es sind 8 kg."), "differs", "source says 8 kg, answer says 8 km"),
        (("es", "Duró 3 días."), ("es", "Duró 3 meses."), "differs", "source says 3 meses, answer says 3 días"),
        (("ru", "Погибли 14 человек."), ("ru", "Погибли 11 человек."), "differs", "source says 11, answer says 14"),
        (("ru", "Это стоит 650 млн рублей."), ("ru", "Это стоит 650 тыс. рублей."), "differs", ""),
        (("tr", "42 kişi geldi."), ("tr", "27 kişi geldi."), "differs", "source says 27, answer says 42"),
        (("hi", "14 महिलाएँ थीं।"), ("hi", "36 महिलाएँ थीं।"), "differs", "source says 36, answer says 14"),
        (("hi", "4 करोड़ रुपये"), ("hi", "4 लाख रुपये"), "differs", ""),
        (("zh", "六名技术人员"), ("zh", "九名技术人员"), "differs", "source says 九, answer says 六"),
        (("zh", "造价3.1亿美元"), ("zh", "造价3.1万美元"), "differs", ""),
        (("en", "F-15 jets landed."), ("en", "F-16 jets landed."), "differs", "source says 16, answer says 15"),
        (("en", "F16 jets landed."), ("ar", "هبطت مقاتلات إف-18."), "differs", "source says 18, answer says 16"),
        (("en", "More than 80 ships left."), ("en", "More than 8 ships left."), "differs", ""),
        (("en", "Two ships sank."), ("en", "Three ships sank."), "differs", "source says Three, answer says Two"),
        (("en", "The fifth round."), ("en", "The third round."), "differs", "source says third, answer says fifth"),
        (
            ("en", "Three missiles were shot down."),
            ("en", "Eight missiles were shot down; they hit three barns."),
            "differs",
            "",
        ),
        (("ar", "وصل 12 طنا."), ("ar", "وصلت الشحنة."), "absent", "the source has no number 12 طنا"),
        (("en", "It has 96 pages."), ("en", "It is long."), "absent", "the source has no number 96"),
        (("und", "xyz 17"), ("und", "xyz 71"), "differs", "source says 71, answer says 17"),
    ],
)
def test_another_number_is_flagged(claim, evidence, outcome, reason):
    found = [f for f in check_numbers(Text(claim[1], claim[0]), Text(evidence[1], evidence[0])) if f.outcome != "same"]
    assert [finding.outcome for finding in found] == [outcome]
    assert reason in found[0].reason


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ar", "نحو 40 مليون دولار", ("dollar", "around")),
        ("ar", "ما لا يقل عن 12 كيلومترا", ("kilometer", "over")),
        ("ar", "أقل من ثلاثة أيام", ("day", "under")),
        ("en", "more than $100", ("dollar", "over")),
        ("en", "at least 5 square kilometres", ("square-kilometer", "over")),
        ("fr", "près de 30 ans", ("year", "around")),
        ("ru", "около 300 га", ("hectare", "around")),
        ("tr", "1,2 milyon avroya", ("euro", "exact")),
        ("zh", "超过15万立方米", ("cubic-meter", "over")),
        ("hi", "लगभग 5 किलोमीटर", ("kilometer", "around")),
        ("de", "mindestens 20 Stunden", ("hour", "over")),
        ("es", "casi 3 toneladas", ("tonne", "around")),
    ],
)
def test_units_and_bounds(language, text, expected):
    (quantity,) = find_quantities(Text(text, language))
    assert quantity.unit is not None
    assert (quantity.unit.name, quantity.bound) == expected


def test_spans_are_of_the_text():
    text = "وصل نحو ٤٠ مليون دولار، ثم $18,400"
    assert [text[q.span.start : q.span.end] for q in find_quantities(Text(text, "ar"))] == ["٤٠ مليون دولار", "$18,400"]


def test_the_numbers_of_dates_are_no_quantities():
    assert not find_quantities(Text("في 3 مايو 2024 عند الساعة 14:30", "ar"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_said_nothing_found(language):
    assert check_numbers(Text("", language), Text("8", language)) == []
    assert check_numbers(Text("\ud800\udfff", language), Text("\ud800", language)) == []
    assert check_numbers(Text("\ud8005 km", language), Text("", language))[0].outcome == "absent"


@pytest.mark.parametrize(
    "piece", ["7", "1 ", "1.", "123 ", "12:", "1-", "三", "مئة و", "5 million ", "twenty-", "fünf", "1年", "$", "½"]
)
@pytest.mark.parametrize("language", ["ar", "de", "zh"])
def test_long_texts_take_linear_time(piece, language):
    assert is_linear(lambda length: find_quantities(Text((piece * length)[:length], language)), 2_000)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_a_text_says_what_it_says(text, language):
    said = Text(text, language)
    assert {finding.outcome for finding in check_numbers(said, said)} <= {"same"}
