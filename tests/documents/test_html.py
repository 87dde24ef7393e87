import pytest

from rag.documents import read_document

ARTICLE = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">
<title>افتتاح محطة المياه الجديدة | صحيفة النهر</title>
<meta property="article:published_time" content="2024-03-05T09:30:00+02:00">
<script>var x = "سر";</script><style>p {{ color: red }}</style></head><body>
<header><a href="/">صحيفة النهر</a>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/s">رياضة</a></li></ul></nav></header>
<div id="cookie-banner" class="cookie-notice">نستخدم ملفات تعريف الارتباط لتحسين تجربتك. <button>موافق</button></div>
<main><article><h1>افتتاح محطة المياه الجديدة</h1>
<p>افتتحت بلدية المدينة صباح اليوم محطة جديدة لتنقية المياه على ضفة النهر، بعد عامين من أعمال البناء التي شارك فيها
أكثر من مئتي عامل ومهندس.</p>
<h2>طاقة المحطة</h2><p>تنتج المحطة نحو <b>أربعين ألف</b> متر مكعب من مياه الشرب كل يوم، وهو ما يكفي ثلث سكان المدينة
بحسب مدير المشروع.</p>
<ul><li>ثلاث مضخات رئيسية</li><li>خزانان علويان<ul><li>أحدهما احتياطي</li></ul></li></ul>
<p>وقال المهندس المسؤول إن المرحلة الثانية ستبدأ في الربيع المقبل، على أن تكتمل قبل نهاية العام الذي يليه.</p>
<table><tr><th>المرحلة</th><th>الكلفة</th></tr><tr><td>الأولى</td><td>12 مليونا</td></tr></table>
</article></main>
<aside><h3>الأكثر قراءة</h3>
<ul><li><a href="/1">أسعار الذهب اليوم</a></li><li><a href="/2">نتائج المباريات</a></li></ul></aside>
<footer>جميع الحقوق محفوظة © 2024 — <a href="/p">سياسة الخصوصية</a></footer></body></html>"""
ENGLISH = (
    "The old bridge across the river was opened to traffic again on Monday after a year of repairs that cost the town "
    "four million euros, more than anybody had expected when the work began in the spring."
)


def page(tmp_path, source, encoding="utf-8", name="page.html"):
    path = tmp_path / name
    path.write_bytes(source.encode(encoding))
    return read_document(path)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6"])
def test_an_arabic_article(tmp_path, charset):
    source = ARTICLE.format(charset=charset).replace("—", "-" if charset == "iso-8859-6" else "—")
    source = source.replace("©", "(c)") if charset == "iso-8859-6" else source
    document = page(tmp_path, source, charset)
    blocks = document.text.split("\n\n")
    assert blocks[0] == document.title == "افتتاح محطة المياه الجديدة"
    assert document.text.count("افتتاح محطة المياه الجديدة") == 1
    assert blocks[1].startswith("افتتحت بلدية المدينة صباح اليوم")
    assert blocks[1].endswith("أكثر من مئتي عامل ومهندس.")
    assert blocks[2] == "طاقة المحطة"
    assert "نحو أربعين ألف متر مكعب" in blocks[3]
    assert blocks[4] == "ثلاث مضخات رئيسية\nخزانان علويان\nأحدهما احتياطي"
    assert blocks[-1] == "المرحلة\tالكلفة\nالأولى\t12 مليونا"
    assert document.language == "ar"
    assert document.date == "2024-03-05"
    for unwanted in ("الرئيسية", "رياضة", "ملفات تعريف", "الأكثر قراءة", "الذهب", "محفوظة", "سر", "color"):
        assert unwanted not in document.text


@pytest.mark.parametrize("declared", ["", '<meta charset="iso-8859-1">', '<meta charset="utf-8">'])
def test_an_encoding_that_is_missing_or_wrong(tmp_path, declared):
    source = ARTICLE.format(charset="x").replace('<meta charset="x">', declared)
    assert "خزانان علويان" in page(tmp_path, source, "windows-1256").text


def test_a_mark_wins_over_the_declaration(tmp_path):
    assert "خزانان علويان" in page(tmp_path, ARTICLE.format(charset="windows-1252"), "utf-16").text


def test_the_headline_is_added_once(tmp_path):
    outside = page(tmp_path, f"<header><h1>The bridge opens</h1></header><article><p>{ENGLISH}</p></article>")
    assert outside.title == "The bridge opens"
    assert outside.text == f"The bridge opens\n\n{ENGLISH}"


def test_of_several_headings_none_is_the_headline(tmp_path):
    title = "<head><title>Town news</title></head>"
    document = page(
        tmp_path, f"<html>{title}<body><h1>One</h1><p>{ENGLISH}</p><h1>Two</h1><p>{ENGLISH}</p></body></html>"
    )
    assert document.title == "Town news"


def test_a_very_short_page(tmp_path):
    source = (
        "<html><body><nav><a href='/'>Home</a></nav><p>مرحبا بكم.</p><p>نفتح في<br>التاسعة.<script>x()</script></body>"
    )
    assert page(tmp_path, source).text == "مرحبا بكم.\n\nنفتح في\n\nالتاسعة."


def test_broken_html(tmp_path):
    source = (
        f"<html><title>x</title><body><h1>The bridge opens<p>{ENGLISH}<div><p>All <b>twelve <i>bearings</b> & < more."
    )
    text = page(tmp_path, source + "</table></div>").text
    assert text.startswith("The bridge opens")
    assert ENGLISH in text
    assert "All twelve bearings & < more." in text


def test_xhtml_with_an_xml_declaration(tmp_path):
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    source = f'{declaration}\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{ENGLISH}</p></body></html>'
    assert page(tmp_path, source).text == ENGLISH


def test_no_date_is_invented(tmp_path):
    assert page(tmp_path, f"<html><body><p>{ENGLISH}</p><p>© 2019</p></body></html>").date is None


def test_a_date_in_the_head_of_the_text(tmp_path):
    assert (
        page(tmp_path, f"<html><body><p>Beirut, 4 January 2025</p><p>{ENGLISH}</p></body></html>").date == "2025-01-04"
    )


def test_the_lang_attribute_helps_only_where_the_text_is_silent(tmp_path):
    assert page(tmp_path, f'<html lang="fr-CA"><body><p>{ENGLISH}</p></body></html>').language == "en"
    assert page(tmp_path, '<html lang="fr-CA"><body><p>12 345</p></body></html>').language == "fr"


def test_comments_before_and_after_the_page(tmp_path):
    source = f"<!-- saved from the web --><!DOCTYPE html><html><body><p>{ENGLISH}</p></body></html><!-- end -->"
    assert page(tmp_path, source).text == ENGLISH
