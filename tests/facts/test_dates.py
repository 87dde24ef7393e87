import pytest
from growth import is_linear
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.base import Text
from rag.facts.dates import check_dates, find_dates

LANGUAGES = ["ar", "en", "fr", "es", "de", "ru", "tr", "hi", "zh", "und"]


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("ar", "3 مايو 2024", {"year": 2024, "month": 5, "day": 3}),
        ("ar", "الثالث من أيار 2024", {"year": 2024, "month": 5, "day": 3}),
        ("ar", "٣ أيار/مايو ٢٠٢٤", {"year": 2024, "month": 5, "day": 3}),
        ("ar", "12 جانفي 2023", {"year": 2023, "month": 1, "day": 12}),
        ("ar", "5 جويلية", {"month": 7, "day": 5}),
        ("ar", "20 أوت", {"month": 8, "day": 20}),
        ("ar", "18 تشرين الأول", {"month": 10, "day": 18}),
        ("ar", "4 كانون الثاني", {"month": 1, "day": 4}),
        ("ar", "27 رمضان 1445", {"year": 1445, "month": 109, "day": 27}),
        ("ar", "يوم الاثنين", {"weekday": 1}),
        ("ar", "في الثمانينيات", {"decade": 80}),
        ("en", "May 3, 2024", {"year": 2024, "month": 5, "day": 3}),
        ("en", "3rd of May", {"month": 5, "day": 3}),
        ("en", "in May", {"month": 5}),
        ("en", "the 1990s", {"decade": 1990}),
        ("en", "2:30 pm", {"minute": 14 * 60 + 30}),
        ("en", "2024-05-03", {"year": 2024, "month": 5, "day": 3}),
        ("fr", "1er mai 2024", {"year": 2024, "month": 5, "day": 1}),
        ("fr", "14h30", {"minute": 14 * 60 + 30}),
        ("fr", "dimanche", {"weekday": 7}),
        ("es", "26 de mayo de 2025", {"year": 2025, "month": 5, "day": 26}),
        ("de", "12. Mai 2025", {"year": 2025, "month": 5, "day": 12}),
        ("de", "03.05.2024", {"year": 2024, "month": 5, "day": 3}),
        ("de", "17 Uhr", {"minute": 17 * 60}),
        ("ru", "24 октября 2024", {"year": 2024, "month": 10, "day": 24}),
        ("ru", "в пятницу", {"weekday": 5}),
        ("tr", "25 Mayıs 2025", {"year": 2025, "month": 5, "day": 25}),
        ("tr", "18 Ekim'de", {"month": 10, "day": 18}),
        ("tr", "cumartesi", {"weekday": 6}),
        ("hi", "15 मार्च 2025", {"year": 2025, "month": 3, "day": 15}),
        ("hi", "रविवार", {"weekday": 7}),
        ("zh", "2024年5月3日", {"year": 2024, "month": 5, "day": 3}),
        ("zh", "二〇二四年五月三日", {"year": 2024, "month": 5, "day": 3}),
        ("zh", "星期三", {"weekday": 3}),
        ("zh", "下午3点", {"minute": 15 * 60}),
        ("fa", "۱۵ خرداد ۱۴۰۲", {"year": 1402, "month": 203, "day": 15}),
        ("ur", "3 مئی 2024", {"year": 2024, "month": 5, "day": 3}),
        ("id", "17 Agustus 1945", {"year": 1945, "month": 8, "day": 17}),
        ("pt", "25 de abril de 1974", {"year": 1974, "month": 4, "day": 25}),
        ("it", "2 giugno 1946", {"year": 1946, "month": 6, "day": 2}),
        ("ja", "2024年5月3日", {"year": 2024, "month": 5, "day": 3}),
        ("ko", "2024년 5월 3일", {"year": 2024, "month": 5, "day": 3}),
        ("und", "2024-05-03", {"year": 2024, "month": 5, "day": 3}),
    ],
)
def test_dates_are_read(language, text, parts):
    (mention,) = find_dates(Text(text, language))
    assert mention.readings[0].parts() == parts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You may march on the sat nav."),
        ("ar", "مارس ضغوطا على أب الطفل"),
        ("en", "2000 people walked 1500 km"),
        ("en", "F-2000 and MiG2000"),
        ("de", "So ein Mann"),
        ("fr", "Il mange une pomme"),
        ("zh", "十四个月，三天，一周一次"),
        ("ru", "окружающая среда"),
        ("tr", "ekim alanı ve aralık kapı"),
    ],
)
def test_words_and_counts_are_no_dates(language, text):
    assert find_dates(Text(text, language)) == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (("en", "It opened on 3 May 2024."), ("ar", "افتتح في 3 أيار 2024")),
        (("ar", "افتتح في الثالث من مايو"), ("en", "It opened on May 3, 2024.")),
        (("en", "in May"), ("de", "am 3. Mai 2024")),
        (("en", "in 2024"), ("zh", "2024年5月3日")),
        (("en", "3 May 2024"), ("fr", "Le 3 mai, donc en 2024")),
        (("en", "3/5/2024"), ("en", "3 May 2024")),
        (("en", "5 March 2024"), ("en", "3/5/2024")),
        (("en", "on Monday"), ("ru", "в понедельник")),
        (("en", "Monday, 12 May 2025"), ("es", "el 12 de mayo de 2025")),
        (("en", "in the 1980s"), ("ar", "في الثمانينيات")),
        (("en", "in the 1980s"), ("en", "in 1984")),
        (("en", "at 2:30 pm"), ("fr", "à 14h30")),
        (("en", "at 3:30"), ("ar", "عند الساعة الثالثة والنصف")),
        (("hi", "5:40 बजे"), ("hi", "5 बजकर 40 मिनट पर")),
        (("ar", "بين 3 و5 مايو"), ("en", "between 3 and 5 May")),
        (("en", "in 2019"), ("ar", "عام ٢٠١٩")),
        (("tr", "27 Ekim 2024"), ("en", "27 October 2024")),
    ],
)
def test_what_the_evidence_says_is_not_flagged(claim, evidence):
    found = check_dates(Text(claim[1], claim[0]), Text(evidence[1], evidence[0]))
    assert found
    assert {finding.outcome for finding in found} == {"same"}


@pytest.mark.parametrize(
    ("claim", "evidence", "outcome", "reason"),
    [
        (("en", "on 5 May 2024"), ("en", "on 3 May 2024"), "differs", "source says 3 May 2024, answer says 5 May 2024"),
        (("ar", "في 3 يونيو"), ("ar", "في 3 مايو"), "differs", "source says 3 مايو, answer says 3 يونيو"),
        (("fr", "le 3 juillet"), ("fr", "le 3 juin"), "differs", ""),
        (("es", "en 2023"), ("es", "en 2024"), "differs", "source says 2024, answer says 2023"),
        (("de", "am Dienstag"), ("de", "am Montag"), "differs", "source says Montag, answer says Dienstag"),
        (("ru", "24 октября 2023"), ("ru", "24 октября 2024"), "differs", ""),
        (("tr", "18 Ekim"), ("tr", "19 Ekim"), "differs", ""),
        (("hi", "15 मार्च"), ("hi", "15 मई"), "differs", ""),
        (("zh", "2025年3月12日"), ("zh", "2025年3月21日"), "differs", ""),
        (("en", "at 2:30 pm"), ("en", "at 3:30 pm"), "differs", ""),
        (("ar", "يوم الثلاثاء"), ("en", "on Monday"), "differs", ""),
        (("en", "in the 1990s"), ("en", "in the 1980s"), "differs", ""),
        (("en", "3 May 2024"), ("en", "3 May"), "absent", "source says only 3 May, answer says 3 May 2024"),
        (("en", "3 May 2024"), ("en", "some day"), "absent", "the source has no date 3 May 2024"),
    ],
)
def test_another_date_is_flagged(claim, evidence, outcome, reason):
    (found,) = check_dates(Text(claim[1], claim[0]), Text(evidence[1], evidence[0]))
    assert found.outcome == outcome
    assert reason in found.reason


def test_the_date_of_the_source_counts():
    evidence = Text("It opened on 3 May.", "en")
    assert check_dates(Text("It opened on 3 May 2024.", "en"), evidence, "2024-06-01")[0].outcome == "same"
    assert check_dates(Text("Reported on 1 June 2024.", "en"), evidence, "2024-06-01")[0].outcome == "same"
    assert check_dates(Text("Reported on 2 June 2024.", "en"), evidence, "2024-06-01")[0].outcome != "same"
    assert check_dates(Text("3 May", "en"), evidence, "no date")[0].outcome == "same"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_said_nothing_found(language):
    assert check_dates(Text("", language), Text("2024", language)) == []
    assert check_dates(Text("\ud800", language), Text("\udfff", language)) == []


@pytest.mark.parametrize("piece", ["1", "12:", "1/2/", "2024-", "3 May ", "1 مايو و", "1年", "二", "1990s "])
@pytest.mark.parametrize("language", ["ar", "en", "zh"])
def test_long_texts_take_linear_time(piece, language):
    assert is_linear(lambda length: find_dates(Text((piece * length)[:length], language)), 2_000)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_a_text_says_what_it_says(text, language):
    said = Text(text, language)
    assert {finding.outcome for finding in check_dates(said, said)} <= {"same"}


def test_the_day_of_the_source_does_not_stand_for_a_date_that_it_gives():
    bills = Text("Bills will not rise before 1 January 2026.", "en")
    assert (
        check_dates(Text("Bills will not rise before 1 March 2026.", "en"), bills, "2025-03-09")[0].outcome == "differs"
    )
    study = Text("تُنشر نتائجها في سبتمبر 2025.", "ar")
    assert check_dates(Text("تُنشر نتائجها في أبريل 2025.", "ar"), study, "2025-04-14")[0].outcome == "differs"
    start = Text("पिछले रविवार को शुरू हुआ", "hi")
    assert check_dates(Text("पिछले शनिवार को शुरू हुआ", "hi"), start, "2025-03-15")[0].outcome == "differs"
    assert (
        check_dates(Text("It was said in April 2025.", "en"), Text("He said so.", "en"), "2025-04-14")[0].outcome
        == "same"
    )
