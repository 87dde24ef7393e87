"""What a full stop can follow without ending a sentence, as data.

The tables are one union over languages and are compared with case, so that "Sen. Smith" and Turkish "sen." differ and
nothing depends on a detected language. A word that is also an ordinary word of some language is left out, or is listed
in `BEFORE_NUMBER`, where a number has to follow.
"""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


TITLES = _words(
    """
    Mr Mrs Ms Messrs Dr Drs Prof Rev Hon Gov Sen Rep Gen Maj Capt Cpt Col Lt Cmdr Sgt Pres Supt St Ste Mt Ft Fr Sr Sra
    Srta Srs Sres Dra D Dª Ud Uds Vd Vds Mme Mlle MM Mgr Pr Hr Fr Frl Hrn Dipl Ing Mag Sn Av Doç Yrd Öğr Uzm Op Ecz
    Hz Alb Yzb Mah Cad Sok Apt Bulv Sig Sigg Dott Dottssa Ill Sto Exmo Exma Ex.mo Eng Dhr Mevr Mw
    vs cf viz e.g i.e eg ie approx bzw z.B z.b d.h u.a u.ä s.o s.u v.a i.d.R z.T ca ggf evtl sog inkl exkl vgl bspw geb
    gest Hrsg hrsg incl esp resp c.-à-d p.ex env av apr tel Tel aprox pág págs núm p.ej ej bkz yak örn
    г-н г-жа гр проф акад доц им ул пр-т пер пл наб обл р-н тов св см ср напр т.е т.н т.к т.о тел рис табл гл кв корп
    стр ст д-р инж ген полк подполк кап лейт сен
    род ум ок англ нем фр лат греч дореф обр кон нач сер перв пол Дж Ст
    synt kr saam myöh lyh oik ent nyk tar Jl Kab Kep Muh Ir alm skt dept
    डॉ प्रो श्री पं कु श्रीमती डा सं सुश्री मो
    دكتور
    ดร ศ ผศ รศ พล.อ พล.ต
    """
)
"""They stand before what they belong to: never the end of a sentence."""

MAY_END = _words(
    """
    etc Inc Ltd Co Corp Bros Jr Sr Esq al a.m p.m A.M P.M Ph.D M.D B.A M.A D.C Ave Blvd Rd Dept Univ Assn B.C A.D C.E
    usw u.s.w vb vd Cie Mio Mrd Std Min Tsd EE.UU cía Cía A.Ş Ltd.Şti Şti S.A S.L S.p.A GmbH M.Ö M.S v.Chr n.Chr Chr
    J.-C гг вв тыс млн млрд трлн руб коп долл др пр т.д т.п н.э мин сек чел экз шт eaa jaa n.k M.B.A
    कि.मी ई.पू रु लि
    """
)
"""They end a sentence when a word follows that usually begins one."""

BEFORE_NUMBER = _words(
    """
    No no Nos nos Nr nr Fig fig Figs figs Eq eq Sec sec Ch ch Vol vol Art art Abs abs Nº nº Abb Tab Kap Bd Ziff Jan Feb
    Mar Apr Jun Jul Aug Sep Sept Oct Okt Nov Dec Dez janv févr avr juil sept oct nov déc ene feb abr ago dic cap Cap
    vers line lines pp ss Lk Mt art s sf num Anm Rn Oca Şub Haz Tem Ağu Eyl Eki Kas Ara с № п рис разд
    ص ج ط ع رقم صفحه شماره
    """
)
"""They belong to the number that follows: `No. 5`, `Fig. 3`, `Jan. 4`."""

STARTERS = _words(
    """
    The A An This That These Those He She It They We You I His Her Its Their Our My In On At By For From With After
    Before But And Or So If When While As There Then However What Who Why How Where Since During Although Another Both
    Each Some Many Most No Not Only Yet Later Now
    Le La Les L Un Une Des Il Elle Ils Elles On Ce Cet Cette Ces C Son Sa Ses Leur En Dans À Au Aux Pour Par Avec Mais
    Et Ou Si Quand Comme Après Avant Puis Selon Depuis Nous Vous Je J
    Der Die Das Ein Eine Er Sie Es Wir Ihr Sein Seine Ihre Im Am Auf Aus Bei Mit Nach Von Vor Zu Zum Zur Für Aber Und
    Oder Wenn Als Da Dann Doch Dies Diese Dieser Dieses Danach Später Auch Dabei Nun Jedoch Heute Man
    El Los Las Una Ella Ellos Ellas Este Esta Esto Estos Estas Su Sus Al Del De Con Por Para Pero Y O Cuando Como
    Después Antes Luego Según Desde Hoy También Se No Entonces Nosotros Yo
    Bu Şu O Onlar Biz Siz Ben Sen Bir Ama Fakat Ancak Ve Veya Çünkü Sonra Daha Önce Ayrıca Böylece Bunun Bunlar Onun
    İlk Her Hiç Artık Şimdi Bugün
    Он Она Оно Они Мы Вы Я Его Её Их Это Эта Этот Эти В Во На С Со К Ко По Из За От До Для При После Перед Но И А Или
    Если Когда Как Так Там Тогда Затем Потом Однако Также Кроме Сейчас Теперь Сегодня Под Над Об О У Не Все
    Hän Se Ne Sen Hänen Tämä Nämä Kun Jos Mutta Myös Vuonna Il Lo Gli Lui Lei Nel Nella Dopo Anche Ma Quando Os As Ele
    Ela Eles Elas Em No Na Depois Mas Quando Het Een Hij Zij Ze Wij Deze Dit Dat Na Maar Det Den Han Hon De Detta Efter
    Men När On Ona Ono To Jest Po Ale Gdy El Ea Ei Acest Această După Dar Ini Itu Dia Ia Mereka Pada Setelah Namun
    Ông Bà Anh Cô Nó Họ Trong Khi Sau Nhưng Ο Η Το Οι Τα Αυτός Αυτή Αυτό Στις Στην Στο Από Με Για Και Όταν Μετά
    वह यह वे ये उस इस इन उन में हम आप मैं और लेकिन परंतु पर फिर इसके उसके उन्होंने इसमें बाद
    ثم كما لكن ولكن وقد وكان وكانت وقال وقالت وفي وبعد ومن وهو وهي هذا هذه إلا حيث
    """
)
"""Words that usually begin a sentence: they settle a full stop that could be an abbreviation's."""

MONTHS = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    """
)
"""Month names, lower case, that follow a day written with a full stop: `4. Januar`."""

GERMAN_ORDINALS = _words("de lb tr az")
"""Languages that write an ordinal with a full stop and capitalise what it counts: `Der 1. Preis`, `4. Levent`."""

ORDINAL_LANGUAGES = _words("da nb nn no fi et lv cs sk pl hu hr sr sl bs is")
"""Languages that write an ordinal with a full stop before a small letter, so that only kings' numbers are in doubt."""

LETTER_NAMES = _words(
    """
    اے بی سی ڈی ای ایف جی ایچ آئی جے کے ایل ایم این او پی کیو آر ایس ٹی یو وی ڈبلیو ایکس وائی زیڈ
    ए बी सी डी एफ एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई
    """
)
"""Latin letters as Urdu and Hindi spell them: their initials look like short words."""
