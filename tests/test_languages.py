import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from growth import slowdown

from rag.text.languages import detect_language, direction, is_rtl

QUESTIONS = {
    "ar": ["متى بُني الجامع الكبير في المدينة؟", "ما هي عاصمة البلاد؟", "كم عدد سكان القاهرة اليوم؟"],
    "en": ["When was the great mosque built?", "How many people live there?", "Who wrote this report and why?"],
    "fr": ["Quand la grande mosquée a-t-elle été construite ?", "Qui a écrit ce rapport ?", "Où se trouve la gare ?"],
    "es": ["¿Cuándo se construyó la gran mezquita?", "¿Quién escribió este informe?", "¿Dónde está la estación?"],
    "ru": ["Когда была построена большая мечеть?", "Кто написал этот отчёт?", "Где находится вокзал?"],
    "de": ["Wann wurde die große Moschee gebaut?", "Wer hat diesen Bericht geschrieben?", "Wo ist der Bahnhof?"],
    "tr": ["Büyük cami ne zaman inşa edildi?", "Bu raporu kim yazdı?", "İstasyon nerede bulunuyor?"],
    "zh": ["大清真寺是什么时候建成的？", "这份报告是谁写的？"],
    "ja": ["大きなモスクはいつ建てられましたか？", "この報告書を書いたのは誰ですか？"],
    "ko": ["큰 모스크는 언제 지어졌습니까?", "이 보고서는 누가 썼습니까?"],
    "hi": ["बड़ी मस्जिद कब बनाई गई थी?", "यह रिपोर्ट किसने लिखी है?"],
    "th": ["มัสยิดใหญ่สร้างขึ้นเมื่อไหร่", "ใครเขียนรายงานนี้"],
    "el": ["Πότε χτίστηκε το μεγάλο τζαμί;", "Ποιος έγραψε αυτή την έκθεση;"],
    "vi": ["Nhà thờ lớn được xây dựng khi nào?", "Ai đã viết báo cáo này?"],
    "ro": ["Când a fost construită moscheea mare?", "Cine a scris acest raport și de ce?"],
    "fa": ["مسجد بزرگ کی ساخته شد؟", "چه کسی این گزارش را نوشته است؟", "پایتخت ایران کجاست؟"],
    "ur": ["بڑی مسجد کب تعمیر ہوئی؟", "یہ رپورٹ کس نے لکھی ہے؟"],
    "bn": ["বড় মসজিদটি কখন নির্মিত হয়েছিল?", "এই প্রতিবেদনটি কে লিখেছেন?"],
    "te": ["పెద్ద మసీదు ఎప్పుడు నిర్మించబడింది?", "ఈ నివేదికను ఎవరు రాశారు?"],
    "fi": ["Milloin suuri moskeija rakennettiin?", "Kuka kirjoitti tämän raportin?"],
    "id": ["Kapan masjid besar itu dibangun?", "Siapa yang menulis laporan ini?"],
    "sw": ["Msikiti mkubwa ulijengwa lini?", "Nani aliandika ripoti hii?"],
    "it": ["Quando è stata costruita la grande moschea?", "Chi ha scritto questo rapporto?"],
    "pt": ["Quando foi construída a grande mesquita?", "Quem escreveu este relatório e por que não?"],
    "uk": ["Коли була побудована велика мечеть?", "Хто написав цей звіт?"],
    "he": ["מתי נבנה המסגד הגדול?", "מי כתב את הדוח הזה?"],
}


@pytest.mark.parametrize(
    ("language", "question"), [(code, text) for code, texts in QUESTIONS.items() for text in texts]
)
def test_short_questions(language, question):
    assert detect_language(question) == language


@pytest.mark.parametrize("language", QUESTIONS)
def test_whole_documents(language):
    assert detect_language("\n\n".join(QUESTIONS[language] * 200)) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ما هي صواريخ ATACMS؟", "ar"),
        ("أطلقت SpaceX صاروخ Falcon 9 Block 5 يوم الأحد", "ar"),
        ("ما معنى machine learning؟", "ar"),
        ("من هو Peyton Manning؟", "ar"),
        ("Что такое GPU и CPU?", "ru"),
        ("Peyton Manning在哪里打球?", "zh"),
        ("Machine Learning とは何ですか？", "ja"),
        ("NASA와 ESA는 무엇인가요?", "ko"),
        ("What does كتاب mean in English?", "en"),
        ("The Greek letter π is about 3.14159", "en"),
        ("WHEN WAS THE GREAT MOSQUE BUILT?", "en"),
        ("كَتَبَ الطَّالِبُ الدَّرْسَ فِي المَدْرَسَةِ", "ar"),
    ],
)
def test_foreign_names_do_not_change_the_language(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "   \n", "2025", "12/05/2024 — 10:30", "?!… ()", "٤٥ ٪", "😀"])
def test_text_without_letters_has_the_default_language(text):
    assert detect_language(text) == "und"
    assert detect_language(text, default="ar") == "ar"


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = (
        "import sys, rag.text.languages as l; l.detect_language('ποιος είναι;'); sys.exit('py3langid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_agree_and_load_once():
    expected = {text: code for code, texts in QUESTIONS.items() for text in texts}
    wrong = []

    def work():
        wrong.extend(text for text, code in expected.items() if detect_language(text) != code)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_long_document_takes_no_longer_than_a_short_one():
    sentence = "في البدء كانت الكلمة الطيبة. "
    assert detect_language(sentence * 1_000_000) == "ar"
    assert slowdown(lambda count: detect_language(sentence * count), 10_000, 1_000_000) < 10


@pytest.mark.shared
@pytest.mark.parametrize(
    ("language", "least"),
    [
        *[("ar", 0.995), ("de", 0.995), ("el", 0.99), ("en", 0.99), ("es", 0.99), ("hi", 0.98), ("ro", 0.99)],
        *[("ru", 0.985), ("th", 0.995), ("tr", 0.99), ("vi", 0.99), ("zh", 0.995)],
    ],
)
def test_xquad_questions(shared: Path, language, least):
    data = json.loads((shared / "benchmarks" / "xquad" / f"{language}.json").read_text("utf-8"))["data"]
    questions = [qa["question"] for article in data for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    right = sum(detect_language(question) == language for question in questions)
    assert right / len(questions) >= least


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        *[(code, True) for code in ("ar", "fa", "ur", "he", "AR-eg", "pa-Arab", "ckb")],
        *[(code, False) for code in ("en", "und", "az", "ar-Latn", "zh_Hant", "")],
    ],
)
def test_is_rtl(language, expected):
    assert is_rtl(language) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ما هي عاصمة البلاد؟", "rtl"),
        ("מתי נבנה המסגד?", "rtl"),
        ("«ATACMS» هي صواريخ بعيدة المدى", "rtl"),
        ("من هو Peyton Manning Jr؟", "rtl"),
        ("The word كتاب means book", "ltr"),
        ("Hello, world", "ltr"),
        ("日本語", "ltr"),
        ("12 - 15", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction(text, expected):
    assert direction(text) == expected
