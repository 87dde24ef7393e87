import pytest

from rag.documents.dates import find_date, iso_date


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-04",
        "4 January 2025",
        "January 4, 2025",
        "Jan. 4, 2025",
        "4th of January 2025",
        "4 يناير 2025",
        "٤ يناير ٢٠٢٥",
        "٤ كانون الثاني ٢٠٢٥",
        "4 كانون الثاني/يناير 2025",
        "السبت 4 يناير (كانون الثاني) 2025",
        "4 جانفي 2025",
        "نُشر في 4 يناير، 2025",
        "4 janvier 2025",
        "4 de enero de 2025",
        "4. Januar 2025",
        "4 января 2025 г.",
        "4 січня 2025",
        "4 Ocak 2025",
        "4 gennaio 2025",
        "4 de janeiro de 2025",
        "4 stycznia 2025",
        "۴ ژانویهٔ ۲۰۲۵",
        "4 जनवरी 2025",
        "2025年1月4日",
        "2025년 1월 4일",
        "ngày 4 tháng 1 năm 2025",
    ],
)
def test_full_dates_in_many_languages(text):
    assert find_date(text) == "2025-01-04"
    assert find_date(f"Title\n\n{text}\n\nA first paragraph that is long enough to be one.") == "2025-01-04"


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "يناير كانون_الثاني جانفي"),
        (2, "فبراير شباط فيفري"),
        (3, "مارس آذار"),
        (4, "أبريل نيسان أفريل"),
        (5, "مايو أيار ماي"),
        (6, "يونيو حزيران جوان"),
        (7, "يوليو تموز جويلية يوليوز"),
        (8, "أغسطس آب أوت غشت"),
        (9, "سبتمبر أيلول شتنبر"),
        (10, "أكتوبر تشرين_الأول"),
        (11, "نوفمبر تشرين_الثاني نونبر"),
        (12, "ديسمبر كانون_الأول دجنبر"),
    ],
)
def test_the_months_of_all_arab_countries(month, names):
    for name in names.split():
        assert find_date(f"بيروت، 7 {name.replace('_', ' ')} 2023") == f"2023-{month:02}-07"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "last Monday",
        "January 2025",
        "2025",
        "4 January",
        "4/1/2025",
        "31 February 2025",
        "2025-13-01",
        "id 12025-01-045",
        "The treaty that ended the long war between them was signed here on 4 January 1825.",
        "وقعت المعاهدة التي أنهت الحرب الطويلة بينهما في هذه المدينة يوم 4 يناير 1825 بعد مفاوضات.",
        "\n\n".join(["A line."] * 6 + ["4 January 2025"]),
    ],
)
def test_what_is_no_date(text):
    assert find_date(text) is None


def test_datelines():
    assert (
        find_date("بيروت، 4 يناير 2025 (وكالات) — أعلنت الوزارة اليوم أن العمل في الجسر سيبدأ قريبا.") == "2025-01-04"
    )
    assert find_date("PARIS, 4 January 2025 – The minister said today that work would begin soon.") == "2025-01-04"


@pytest.mark.parametrize(("value", "date"), [("2025-01-04T08:00", "2025-01-04"), ("4.1.2025", None), ("", None)])
def test_iso_date(value, date):
    assert iso_date(value) == date
