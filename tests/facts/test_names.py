"""Names: what was put in the place of another is found, and a faithful paraphrase or translation never is."""

import pytest
from growth import is_linear

from rag.facts.base import Finding, Text
from rag.facts.names import check_names


def wrong(language: str, claim: str, source: str, evidence: str) -> list[Finding]:
    return [
        finding for finding in check_names(Text(claim, language), Text(evidence, source)) if finding.outcome != "same"
    ]


SWAPPED = [
    ("en", "The tram line links Porto with the coast.", "The tram line links Braga with the coast.", "Braga", "Porto"),
    ("en", "Anna Lopez chaired the inquiry.", "Maria Lopez chaired the inquiry.", "Maria", "Anna"),
    ("en", "Iran signed the treaty in June.", "Iraq signed the treaty in June.", "Iraq", "Iran"),
    ("en", "Farmers in Malta lost the harvest.", "Farmers in Mali lost the harvest.", "Mali", "Malta"),
    ("en", "The award went to Samira Haddad.", "The award went to Samir Haddad.", "Samir", "Samira"),
    ("en", "A ship from Austria was held.", "A ship from Australia was held.", "Australia", "Austria"),
    ("en", "The Russian envoy left early.", "The Ukrainian envoy left early.", "Ukrainian", "Russian"),
    ("en", "NASA paid for the telescope.", "ESA paid for the telescope.", "ESA", "NASA"),
    ("ar", "زار الوزير مدينة حلب صباح الخميس.", "زار الوزير مدينة حمص صباح الخميس.", "حمص", "حلب"),
    ("ar", "وقّع العراق الاتفاق في أيار.", "وقّعت إيران الاتفاق في أيار.", "إيران", "العراق"),
    (
        "ar",
        "قالت الدكتورة هدى المنصوري إن اللقاح آمن.",
        "قالت الدكتورة هدى الشريف إن اللقاح آمن.",
        "الشريف",
        "المنصوري",
    ),
    (
        "ar",
        "ورد سيميونوف على أسئلة الصحافيين طويلا.",
        "ورد غريغورييف على أسئلة الصحافيين طويلا.",
        "غريغورييف",
        "سيميونوف",
    ),
    ("fr", "Le train relie Lille à la frontière.", "Le train relie Metz à la frontière.", "Metz", "Lille"),
    (
        "fr",
        "La romancière Claire Dubosc a reçu le prix.",
        "La romancière Claire Maurel a reçu le prix.",
        "Maurel",
        "Dubosc",
    ),
    ("es", "El puente une Huelva con la isla.", "El puente une Cádiz con la isla.", "Cádiz", "Huelva"),
    ("es", "La alcaldesa Elena Robles pidió calma.", "La alcaldesa Elena Vidal pidió calma.", "Vidal", "Robles"),
    ("de", "Die Fähre fährt nach Bremen.", "Die Fähre fährt nach Lübeck.", "Lübeck", "Bremen"),
    (
        "de",
        "Am Abend sprach Petra Lindner im Rathaus.",
        "Am Abend sprach Petra Hagedorn im Rathaus.",
        "Hagedorn",
        "Lindner",
    ),
    ("ru", "Поезд прибыл в Казань утром.", "Поезд прибыл в Самару утром.", "Самару", "Казань"),
    ("ru", "Доклад подготовила Ольга Смирнова.", "Доклад подготовила Ольга Власова.", "Власова", "Смирнова"),
    ("tr", "Toplantı Bursa'da yapıldı.", "Toplantı Konya'da yapıldı.", "Konya", "Bursa"),
    ("tr", "Romanı Selin Aksoy yazdı.", "Romanı Selin Demirel yazdı.", "Demirel", "Selin Aksoy"),
    ("hi", "बैठक जयपुर में हुई।", "बैठक लखनऊ में हुई।", "लखनऊ", "जयपुर"),
    ("hi", "डॉ. सुनील मेहता ने रिपोर्ट लिखी।", "डॉ. सुनील शर्मा ने रिपोर्ट लिखी।", "शर्मा", "मेहता"),
    ("zh", "会议将在广州举行。", "会议将在南京举行。", "南京", "广州"),
    ("zh", "工程师刘志远介绍了方案。", "工程师陈家明介绍了方案。", "陈家明", "刘志远"),
    ("fa", "وزیر به تهران سفر کرد.", "وزیر به بغداد سفر کرد.", "بغداد", "تهران"),
    ("id", "Menteri terbang ke Medan pagi ini.", "Menteri terbang ke Surabaya pagi ini.", "Surabaya", "Medan"),
    ("pt", "O navio saiu de Recife ontem.", "O navio saiu de Santos ontem.", "Santos", "Recife"),
    ("it", "La mostra apre a Torino domani.", "La mostra apre a Verona domani.", "Verona", "Torino"),
]


@pytest.mark.parametrize(("language", "claim", "evidence", "there", "here"), SWAPPED)
def test_a_name_put_in_the_place_of_another_differs(
    language: str, claim: str, evidence: str, there: str, here: str
) -> None:
    found = wrong(language, claim, language, evidence)
    assert len(found) == 1
    (finding,) = found
    assert finding.kind == "name" and finding.evidence is not None
    assert finding.outcome == "differs"
    assert there in evidence[finding.evidence.start : finding.evidence.end]
    assert claim[finding.claim.start : finding.claim.end] in finding.reason
    assert here.split()[-1] in claim[finding.claim.start : finding.claim.end]


@pytest.mark.parametrize(("language", "claim", "evidence", "there", "here"), SWAPPED)
def test_what_stands_there_word_for_word_is_never_flagged(
    language: str, claim: str, evidence: str, there: str, here: str
) -> None:
    assert wrong(language, claim, language, claim) == []
    assert wrong(language, evidence, language, f"{evidence} {claim}") == []


@pytest.mark.parametrize(
    ("language", "claim", "evidence"),
    [
        ("en", "Ukraine's parliament met.", "The Ukrainian parliament met on Friday."),
        ("en", "Zelenskyy thanked Hussain.", "Volodymyr Zelensky thanked King Hussein warmly."),
        ("en", "The International Atomic Energy Agency sent a team.", "The IAEA sent a team of six."),
        ("en", "The EU agreed.", "The European Union agreed after long talks."),
        ("en", "Maria Lopez was re-elected.", "Lopez was re-elected without a rival."),
        ("en", "Lopez was re-elected.", "Maria Lopez was re-elected without a rival."),
        ("en", "Moscow answered.", "Russia answered on the same day."),
        ("en", "F16 jets landed.", "F-16 jets landed."),
        ("en", "COVID19 spread fast.", "In March COVID-19 spread."),
        ("en", "The board holds an FPGA.", "The board holds a field-programmable gate array."),
        (
            "en",
            "Run static timing analysis (STA); STA is quick.",
            "Run static timing analysis on the design: it is quick.",
        ),
        ("en", "Pins with interrupt-on-change (IOC) do.", "Pins that interrupt on change will do."),
        ("en", "Additionally, hot water flushes the pipes.", "Text from Drano: hot water flushes the pipes."),
        ("en", "Specifically, rods are clumps of granules.", "Auer rods are clumps of granules, as Auer found."),
        ("en", "Experts praised the bridge.", "Engineers praised the bridge."),
        ("en", "In Norway, Prime Minister Berg resigned.", "Berg, prime minister of Norway, has resigned."),
        ("en", "NEW PARK OPENS NEAR THE RIVER", "A new park has opened near the river."),
        ("ar", "استقال رئيس الأردن.", "أعلن الرئيس الأردني استقالته مساء اليوم."),
        ("ar", "وبمحمد بدأت القصة.", "بدأت القصة بمُحَمَّد وأصدقائه."),
        ("ar", "قال الخبير إن الطريق طويل.", "قال المختص إن الطريق طويل."),
        ("ar", "شيدت البلدية حديقة واسعة.", "شيدت البلدية حديقة كبيرة."),
        ("ar", "أطلقت وكالة ناسا المركبة.", "أطلقت وكالة NASA المركبة."),
        ("ar", "رحبت أمريكا بالقرار.", "رحبت الولايات المتحدة بالقرار."),
        ("fr", "Hier soir, la maire a inauguré le parc.", "La maire a inauguré le parc hier soir."),
        ("fr", "Le président égyptien est arrivé.", "Le président de l'Égypte est arrivé mardi."),
        ("es", "Vecinos y comerciantes protestaron.", "Comerciantes y vecinos protestaron."),
        ("es", "El ministro sueco habló.", "El ministro de Suecia habló ayer."),
        ("de", "Der Wagen wurde in der Werkstatt repariert.", "Das Auto wurde in der Werkstatt repariert."),
        ("de", "Lübecks Hafen wächst.", "Der Hafen von Lübeck wächst seit Jahren."),
        ("de", "Die Polizei suchte nach Spuren.", "Die Polizei suchte nach Hinweisen."),
        ("ru", "В Самаре открыли музей.", "Самара получила новый музей."),
        ("ru", "Учёные проверили воду.", "Специалисты проверили воду."),
        ("tr", "Konya'nın valisi konuştu.", "Konya valisi bugün konuştu."),
        ("tr", "Uzmanlar suyu inceledi.", "Bilim insanları suyu inceledi."),
        ("hi", "छात्रों ने किताब पढ़ी।", "विद्यार्थियों ने किताब पढ़ी।"),
        ("hi", "भारत के प्रधानमंत्री आए।", "भारतीय प्रधानमंत्री आज आए।"),
        ("zh", "专家检查了水质。", "学者检查了水质。"),
        ("zh", "法国总统抵达。", "法方总统已经抵达。"),
        ("ja", "首相は東京で演説した。", "首相は昨日、東京で演説した。"),
        ("ko", "대통령은 서울에서 연설했다.", "대통령은 어제 서울에서 연설했다."),
        ("und", "Lopez zog um.", "Maria Lopez zog um."),
    ],
)
def test_a_faithful_paraphrase_is_not_flagged(language: str, claim: str, evidence: str) -> None:
    assert wrong(language, claim, language, evidence) == []


@pytest.mark.parametrize(
    ("language", "claim", "source", "evidence"),
    [
        (
            "ar",
            "قال الرئيس فولوديمير زيلينسكي إن كييف صامدة.",
            "en",
            "President Volodymyr Zelensky said Kyiv was holding.",
        ),
        ("ar", "أُطلقت صواريخ أتاكمس من أوكرانيا.", "en", "ATACMS missiles were fired from Ukraine."),
        ("ar", "زار وزير الخارجية الياباني القاهرة.", "en", "Japan's foreign minister visited Cairo."),
        ("en", "Vladimir Putin arrived in Damascus.", "ar", "وصل فلاديمير بوتين إلى دمشق."),
        ("en", "Vladimir Putin met Indian officials.", "hi", "व्लादिमीर पुतिन ने भारतीय अधिकारियों से भेंट की।"),
        ("en", "The British Museum lent the statue.", "ar", "أعار المتحف البريطاني التمثال."),
        ("ru", "Зеленский прилетел в Женеву.", "en", "Zelensky flew to Geneva."),
        ("en", "Sergei Lavrov spoke in Geneva.", "ru", "Сергей Лавров выступил в Женеве."),
        ("zh", "泽连斯基访问了巴黎。", "en", "Zelensky visited Paris."),
        ("en", "Zelensky visited Paris.", "zh", "泽连斯基访问了巴黎。"),
        ("en", "A German firm built it.", "zh", "该厂由德企承建。"),
        ("hi", "पुतिन ने मॉस्को में कहा।", "ru", "Путин заявил об этом в Москве."),
        ("fr", "Poutine a reçu le ministre syrien.", "es", "Putin recibió al ministro de Siria."),
        ("de", "Die Niederlande stimmten zu.", "tr", "Hollanda kabul etti."),
        ("en", "It cost two million U.S. dollars.", "ar", "بلغت الكلفة مليوني دولار."),
    ],
)
def test_a_faithful_translation_is_not_flagged(language: str, claim: str, source: str, evidence: str) -> None:
    assert wrong(language, claim, source, evidence) == []


@pytest.mark.parametrize(
    ("language", "claim", "source", "evidence", "name"),
    [
        ("en", "The delegation went to Lisbon.", "en", "The delegation left at noon.", "Lisbon"),
        ("ar", "وصل الوفد إلى ألمانيا.", "en", "The delegation arrived in France.", "ألمانيا"),
        ("en", "The delegation arrived in Japan.", "ar", "وصل الوفد إلى كوريا الجنوبية.", "Japan"),
        ("zh", "代表团抵达日本。", "en", "The delegation arrived in Norway.", "日本"),
        ("en", "Vladimir Lavrov spoke.", "ar", "تحدث فلاديمير بوتين.", "Lavrov"),
        ("en", "The bid of the NGO failed.", "en", "At noon nobody gave orders.", "NGO"),
    ],
)
def test_a_name_that_the_evidence_cannot_hide_is_absent(
    language: str, claim: str, source: str, evidence: str, name: str
) -> None:
    (finding,) = wrong(language, claim, source, evidence)
    assert finding.outcome == "absent" and finding.evidence is None
    assert finding.reason == f"the source does not name {name}"


def test_across_chinese_and_other_scripts_a_name_never_differs() -> None:
    assert all(
        f.outcome != "differs" for f in wrong("zh", "李明在巴黎会见了王芳。", "en", "Li Hua met Wang Fang in London.")
    )


def test_same_points_at_the_place_in_the_evidence() -> None:
    evidence = "On Friday Maria Lopez flew to Cairo."
    (finding,) = check_names(Text("Lopez left.", "en"), Text(evidence, "en")) or [None]
    assert finding is not None and finding.outcome == "same" and finding.reason == ""
    assert finding.evidence is not None
    assert evidence[finding.evidence.start : finding.evidence.end] == "Lopez"


@pytest.mark.parametrize("language", ["en", "ar", "zh", "de", "tr", "und", "xx"])
@pytest.mark.parametrize(
    "text", ["", " \n", "\ud800 \udfff A", "«", "...", "٣٠٠", "A" * 5_000, "أ" * 5_000, "不" * 500]
)
def test_any_text_will_do(language: str, text: str) -> None:
    assert wrong(language, text, language, text) == []
    check_names(Text(text, language), Text("Paris", "en"))
    check_names(Text("Paris", "en"), Text(text, language))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Minister Sergei Lavrov opened the bridge in Paris. "),
        ("ar", "افتتح الوزير سيرغي لافروف الجسر في باريس. "),
        ("zh", "部长拉夫罗夫在巴黎为大桥剪彩。"),
    ],
)
def test_long_texts_take_linear_time(language: str, sentence: str) -> None:
    def check(length: int) -> None:
        text = (sentence * length)[:length]
        check_names(Text(text, language), Text(text + " ", language))

    assert is_linear(check, 5_000)
