r"""The texts of the seed corpus's PDF documents, kept here so that no source file is indexed beside its PDF.

Each text is `(language, date, title, paragraphs)`; the paragraph `\f` begins a new page.
"""

TEXTS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "ar/manuscripts.pdf": (
        "ar",
        "2025-05-13",
        "عودة الحبر: ألمانيا تعيد إلى سهران مخطوطات خرجت قبل قرن",
        (
            "مرداس، 13 مايو 2025",
            "تسلم مدير المكتبة الوطنية في سهران د. يوسف الكاتب، الاثنين، مجموعة من المخطوطات العربية "
            "أعادها متحف الكتاب في مدينة لينداو الألمانية. ويقول المتحف إنه سلم 23 مخطوطة، بينما تتحدث المكتبة "
            "عن 21 مخطوطة فقط؛ لأن مجلدين متضررين نقلا مباشرة إلى ورشة ترميم في مدينة ليون الفرنسية.",
            "وأقدم ما في المجموعة رسالة في صناعة الأسطرلاب نسخت عام 1187 ومؤلفها أبو إسحاق المرداسي، وكان "
            "مؤقتا في جامع المدينة. وتحمل هوامشها تعليقات بثلاثة خطوط مختلفة على الأقل.",
            "كيف خرجت هذه الكتب من البلاد؟ حملها البارون أوتو فون ريدن في أمتعته عام 1912 وزعم أنه اشتراها من "
            "مدرسة أفلست. لكن رسالة عثر عليها عام 2021 أثبتت أن مدير المدرسة إبراهيم الوراق كان قد أعاره إياها "
            "ليعرضها في أوروبا ثم يعيدها.",
            "\f",
            'وقالت مديرة المتحف د. هانا فايس في حفل التسليم: "لم يكن القرار صعبا بعد أن قرأنا الرسالة". '
            "ودامت المفاوضات بين الطرفين أربعة أعوام، وبلغت قيمة التأمين على النقل 8.5 ملايين يورو.",
            'وتفتح المكتبة الوطنية معرض "عودة الحبر" في الأول من سبتمبر 2025 ويستمر حتى منتصف '
            "ديسمبر. والدخول إليه مجاني، على أن يحجز الموعد عبر موقع المكتبة.",
            "وبموجب الاتفاق يحتفظ المتحف بصور رقمية لنحو 4600 صفحة، وله ابتداء من عام 2028 أن يستعير خمسة مجلدات. "
            "وفي المقابل يدرب المتحف ستة مرممين من سهران على معالجة الحبر الحديدي، وتستغرق الدورة عشرة أسابيع.",
            "وأبدى الباحث في تاريخ العلوم د. جابر السالمي أمله في أن ينشر نص الرسالة محققا قبل نهاية العام المقبل. "
            'وأضاف: "ننتظر هذا النص منذ أن قرأنا عنه في فهرس قديم، ولم يره أحد منا".',
        ),
    ),
    "ar/hotline.pdf": (
        "ar",
        "2024-11-21",
        "الخط الساخن بين موسكو وواشنطن صامت",
        (
            "21 نوفمبر 2024",
            "أقر المتحدث باسم الكرملين دميتري بيسكوف بأن القناة الخاصة التي تصل بين رئيسي روسيا والولايات المتحدة "
            "ليست قيد الاستعمال في الوقت الراهن. وأوضح أنها قناة مؤمنة تتيح الاتصال المرئي أيضا.",
            "وأنشئ الخط الساخن عام 1963 بعد عام على أزمة الصواريخ الكوبية، كي لا يساء فهم نيات أي من الطرفين. "
            "ويرى دبلوماسيون روس أن التوتر الحالي يذكر بتلك الأزمة.",
            "ولا يعني صمت هذا الخط انقطاع كل صلة. فقد اتصل وزير الدفاع الأمريكي لويد أوستن بنظيره الروسي "
            "أندريه بيلاوسوف في 25 يونيو 2024 وشدد على إبقاء قنوات الحوار بين الجيشين مفتوحة. وجاءت تلك المكالمة "
            "بعد يومين من ضربة على مدينة سيفاستوبول حملت موسكو واشنطن مسؤوليتها. وتعود المكالمة السابقة بين وزيري "
            "الدفاع إلى 15 مارس 2023 حين كان سيرغي شويغو في المنصب.",
            "فهل يتكرر سيناريو عام 1962؟ تباينت الآراء، لكن المتفق عليه أن أسبوعا واحدا حمل ضربة بستة صواريخ "
            "من طراز أتاكمز على منطقة بريانسك، ومرسوما روسيا يوسع حالات استخدام السلاح النووي، وقرارا أمريكيا "
            "بتزويد أوكرانيا بألغام مضادة للأفراد.",
            "وسبق للطرفين أن جربا الحديث المباشر: ففي لقاء جنيف الذي سبق الحرب، وصف أنتوني بلينكن وسيرغي لافروف "
            'محادثاتهما بأنها "صريحة"، غير أنها لم تمنع ما جاء بعدها.',
        ),
    ),
    "en/ukraine-aid.pdf": (
        "en",
        "2025-01-04",
        "U.S. support for Ukraine: a short guide to the numbers",
        (
            "Background note, 4 January 2025",
            "Figures for American aid to Ukraine are often quoted side by side as if they measured the same "
            "thing. They "
            "do not. This note lists those that come up most and says what each one counts.",
            "$61 billion is the value of the package that the House of Representatives passed on 20 April 2024. It had "
            "been blocked for months by disputes in Washington. Two days after the vote President Volodymyr Zelensky "
            "spoke by phone with President Joe Biden and said that the two countries had begun to draft a bilateral "
            "security agreement. Kyiv had by then signed such pacts with France, Britain and Finland, among others.",
            "$125 million is the value of a much smaller package announced on 23 August 2024. Everything in it "
            "came out "
            "of existing U.S. stocks: air-defence interceptors, multi-mission radars, anti-tank weapons, and "
            "ammunition "
            "for rockets and artillery. It was made public while Ukrainian troops were advancing in the Kursk region.",
            "\f",
            "More than $55 billion is the sum of weapons and other security assistance that Washington had pledged "
            "between February 2022 and August 2024. Economic aid is not part of it.",
            "Not all support can be expressed in dollars. In November 2024 the White House allowed Kyiv to fire ATACMS "
            "missiles, which fly up to 300 km, at targets inside Russia, and it approved the delivery of "
            "anti-personnel "
            "mines that stop working when their battery runs out. Donald Trump, then president-elect, said in December "
            "that he strongly opposed such strikes.",
            "What is Europe adding? According to the French magazine Avions Légendaires, the first Mirage 2000-5F "
            "fighters were due to reach Ukraine in January 2025. Paris has also supplied SCALP cruise missiles, though "
            "it declines to say how many.",
            "The need is easy to illustrate. By Kyiv's count, Russia launched 300 attack drones and 20 missiles in the "
            "first three days of 2025 alone. Mr. Zelensky used the figure to ask for Patriot systems as well as "
            "for mobile "
            "fire groups.",
        ),
    ),
    "de/solar-tender.pdf": (
        "de",
        "2025-06-20",
        "Sonnfeld baut in der Wüste: Regensburger Firma gewinnt Auftrag in Sahran",
        (
            "Regensburg, 20. Juni 2025",
            "Die Sonnfeld Energie AG hat den größten Auftrag ihrer Geschichte erhalten. Gemeinsam mit dem chinesischen "
            "Hersteller Yaoyuan errichtet das Regensburger Unternehmen in der Rischa-Wüste einen Solarpark mit einer "
            "Leistung von 600 Megawatt. Der Vertrag wurde am 18. Juni in Mirdas unterzeichnet.",
            "Sonnfeld hält 55 Prozent an der Projektgesellschaft und übernimmt Planung und Betrieb. »Wir haben mit "
            "spitzem Bleistift gerechnet«, sagt Vorstandschefin Dr. Katrin Obermeier. Das Gebot lag bei 1,79 "
            "US-Cent je "
            "Kilowattstunde. Gewertet wurden am Ende nur sechs Angebote, da ein Bieter keine Bankgarantie vorlegte.",
            "Woher kommt der niedrige Preis? Obermeier nennt drei Gründe, z. B. die hohe Einstrahlung von rund 2.350 "
            "Kilowattstunden pro Quadratmeter und Jahr. Hinzu kommen ein günstiger Kredit, d. h. 3,9 Prozent Zinsen "
            "über 18 Jahre, und die Nähe zur Hochspannungsleitung.",
            "Beim Klimanutzen ist die Firma vorsichtiger als die Regierung: Sie rechnet mit 750.000 Tonnen CO2, die "
            "jährlich vermieden werden, während Energieminister Karim al-Droubi von 900.000 Tonnen spricht.",
            "In Regensburg entstehen durch den Auftrag 85 neue Stellen, vor allem in der Leittechnik. Die "
            "Betriebsrätin "
            "Sabine Huber lobt das, mahnt aber, dass niemand gegen seinen Willen in die Wüste geschickt werden dürfe. "
            "Ein Einsatz vor Ort dauert höchstens zehn Wochen. Der Strom soll ab dem zweiten Quartal 2027 fließen.",
        ),
    ),
}
