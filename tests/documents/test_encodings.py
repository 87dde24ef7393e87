import pytest
from growth import is_linear

from rag.documents import read_document
from rag.documents.encodings import decode

TEXTS = {
    "ar": (
        "أعلنت بلدية المدينة صباح الأحد عن افتتاح محطة جديدة لتنقية المياه على ضفة النهر، بعد عامين من العمل المتواصل. "
        "وقال المهندس المسؤول إن المحطة تنتج أربعين ألف متر مكعب كل يوم، أي ما يكفي ثلث السكان؛ فهل يكفي ذلك؟ "
        "وستبدأ المرحلة الثانية في الربيع المقبل على أن تكتمل قبل نهاية العام. "
    ),
    "fr": (
        "La municipalité a annoncé dimanche l'ouverture d'une nouvelle station d'épuration près du fleuve, après deux "
        "années de travaux. Elle rendra quarante mille mètres cubes d'eau par jour, où qu'il en faille, à coût réduit. "
    ),
    "de": (
        "Die Stadtverwaltung kündigte am Sonntag die Eröffnung einer neuen Kläranlage am Fluß an, nach zwei Jahren "
        "Bauzeit. Täglich fließen vierzigtausend Kubikmeter Wasser hindurch, genug für ein Drittel der Bürger. "
    ),
    "es": (
        "El ayuntamiento anunció el domingo la apertura de una nueva estación depuradora junto al río, después de dos "
        "años de obras. ¿Será suficiente? El ingeniero señaló que sí, según los cálculos de mañana. "
    ),
    "tr": (
        "Belediye pazar günü nehrin kıyısında yeni su arıtma tesisinin açıldığını duyurdu. İki yıl süren çalışmaların"
        " ardından tesis günde kırk bin metreküp su üretiyor; bu da şehrin üçte birine yetiyor. "
    ),
    "ru": (
        "Городские власти объявили в воскресенье об открытии новой станции очистки воды на берегу реки после двух лет "
        "работы. Станция даёт сорок тысяч кубометров в день, этого хватит трети жителей города. "
    ),
    "pl": (
        "Władze miasta ogłosiły w niedzielę otwarcie nowej stacji uzdatniania wody nad rzeką, po dwóch latach budowy. "
        "Stacja wytwarza czterdzieści tysięcy metrów sześciennych dziennie, co wystarczy trzeciej części mieszkańców. "
    ),
    "el": (
        "Ο δήμος ανακοίνωσε την Κυριακή τα εγκαίνια ενός νέου σταθμού καθαρισμού νερού δίπλα στο ποτάμι, μετά από δύο "
        "χρόνια εργασιών. Ο σταθμός παράγει σαράντα χιλιάδες κυβικά μέτρα την ημέρα. "
    ),
    "zh": (
        "市政府星期日宣布，经过两年的建设，河边的新净水厂正式启用。"
        "工程师说，该厂每天生产四万立方米的水，足够全市三分之一的居民使用。"
    ),
    "ja": (
        "市は日曜日、二年間の工事を経て、川のそばに新しい浄水場が開設されたと発表した。"
        "技術者によると、一日に四万立方メートルの水を作るという。"
    ),
    "ko": "시는 일요일 이 년간의 공사 끝에 강가에 새로운 정수장을 열었다고 발표했다. 하루에 사만 톤을 생산한다. ",
}
ENCODINGS = [
    *[("ar", encoding) for encoding in ("windows-1256", "iso8859_6", "mac_arabic", "cp720")],
    *[("fr", encoding) for encoding in ("windows-1252", "iso8859_1", "iso8859_15")],
    ("de", "windows-1252"),
    ("es", "windows-1252"),
    ("tr", "windows-1254"),
    *[("ru", encoding) for encoding in ("windows-1251", "koi8_r", "cp866")],
    *[("pl", encoding) for encoding in ("windows-1250", "iso8859_2")],
    ("el", "windows-1253"),
    *[("zh", encoding) for encoding in ("gb18030", "gb2312")],
    ("ja", "shift_jis"),
    ("ko", "euc_kr"),
]
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


def writable(text, encoding):
    """DOS Arabic has no Arabic punctuation."""
    return text.translate(str.maketrans("،؛؟", ",;?")) if encoding == "cp720" else text


@pytest.mark.parametrize("repeat", [1, 20, 3_000], ids=["short", "long", "beyond the sample"])
@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_code_pages(tmp_path, language, encoding, repeat):
    text = "\n".join([writable(TEXTS[language], encoding).strip()] * repeat)
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    document = read_document(path)
    assert document.text == text
    assert document.language == language


@pytest.mark.parametrize("length", [100, 150])
@pytest.mark.parametrize("encoding", ["windows-1256", "iso8859_6", "mac_arabic", "cp720"])
def test_short_arabic(encoding, length):
    text = writable(TEXTS["ar"], encoding)
    for start in range(0, len(text) - length, 10):
        piece = text[start : start + length].strip()
        assert decode(piece.encode(encoding)) == piece


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode_with_and_without_mark(language, encoding):
    assert decode(TEXTS[language].encode(encoding)) == TEXTS[language]


@pytest.mark.parametrize("mark", ["utf-16-be", "utf-32-be"])
def test_big_endian_marks(mark):
    assert decode("\ufeffمرحبا".encode(mark)) == "مرحبا"


def test_line_ends_controls_and_composition():
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert decode(b"a\x01b\x1fc\td\x0ce") == "abc\td\ne"
    assert decode("e\u0301 \u0627\u0653".encode()) == "é آ"
    kept = "  two  spaces \u200f\u200d \u00a0 ﻻ ½ “ـ” \n\n\n end "
    assert decode(kept.encode()) == kept


@pytest.mark.parametrize(("declared", "actual"), [("gb2312", "gb18030"), ("shift_jis", "cp932"), ("koi8-r", "koi8_r")])
def test_a_declared_encoding_is_believed(declared, actual):
    text = "где река" if declared == "koi8-r" else "河川"
    assert decode(text.encode(actual), declared=declared) == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8", "no-such-encoding", "hex"])
def test_a_wrong_declaration_is_not(declared):
    assert decode(TEXTS["ar"].encode("windows-1256"), declared=declared) == TEXTS["ar"]


def test_a_large_file_takes_no_more_time_than_its_size_tells(tmp_path):
    path = tmp_path / "a.txt"

    def load(lines):
        path.write_bytes((TEXTS["ar"] * 50 + "\n").encode("windows-1256") * lines)
        assert read_document(path).language == "ar"

    assert is_linear(load, 100)
