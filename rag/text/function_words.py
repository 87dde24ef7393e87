"""The words that say nothing of their own: articles, prepositions, pronouns, auxiliaries, question words, by language."""

from functools import cache

from rag.text.folding import fold_text, strip_marks
from rag.text.terms import words

_TABLES = {
    "ar": """
        في من إلى على عن مع أن إن أنه أنها إنه إنها لأن كان كانت كانوا يكون تكون هو هي هم هما هذا هذه ذلك تلك هؤلاء الذي
        التي الذين ما لا لم لن قد لقد ثم أو أم بل كما حتى كل بعض أي بين بعد قبل عند لدى منذ حين حيث إذ إذا لو كي لكي فيه
        فيها منه منها عليه عليها إليه إليها به بها له لها لهم عنه عنها بأن وأن كأن غير سوى دون بدون ليس ليست لكن ولكن
        أيضا فقط نحو أما وقد وكان وكانت وهو وهي ومن وفي وعلى وما ولا ولم ولن فإن بما مما عما فيما كذلك هناك هنا مثل سوف
        أحد إحدى قال قالت وقال وقالت بحسب وفق وفقا خلال ضمن حول تحت فوق أمام وراء ضد عبر
        متى أين كيف كم هل ماذا لماذا أية
    """,
    "en": """
        a an the of in on at to from by for with without and or but nor so if as than that this these those it its he
        him his she her hers they them their theirs we us our you your i me my is are was were be been being am has have
        had having do does did done will would shall should can could may might must not no s t d ll re ve m don didn
        doesn isn wasn aren weren hasn haven hadn won wouldn couldn shouldn who whom whose which what when where why how
        there here then also too very more most some any each every all both other another such only just about into
        over under after before between during through against since until while because although however near
        within across along per via up down out off again still yet even now says said say
        whether much many
    """,
    "fr": """
        le la les l un une des du de d à a au aux en dans par pour sur sous avec sans et ou mais donc or ni car que qu
        qui quoi dont où ce c cet cette ces se s il elle ils elles on nous vous je j tu me m te t y lui leur leurs son
        sa ses mon ma mes ton ta tes notre nos votre vos est sont était étaient été être a ai ont avait avaient eu avoir
        sera seront serait ne n pas plus très aussi comme si quand lorsque alors puis après avant depuis pendant entre
        vers chez contre dès selon tout tous toute toutes même autre autres dit fait
        comment pourquoi combien quel quelle quels quelles est-ce
    """,
    "es": """
        el la los las lo un una unos unas de del a al en con por para sin sobre entre hasta desde y e o u pero ni que
        quien quienes cual cuales cuyo cuya cuando donde como si se le les me te nos su sus mi mis tu tus este esta
        estos estas ese esa esos esas esto eso aquel aquella es son era eran fue fueron ser sido estar está están estaba
        ha han había habían haber hay no ya más muy también tras según durante contra ante bajo otro otra otros otras
        todo toda todos todas él ella ellos ellas dijo
        qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas por
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines und oder aber doch denn sondern in im an am auf aus bei
        beim mit nach von vom zu zum zur für über unter vor zwischen durch gegen ohne um bis seit während wegen als wie
        dass ob wenn weil da so er sie es ihn ihm ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines
        wir uns unser euch ich mich mir du man sich dies diese diesen diesem dieser dieses jener jene jedes jeder ist
        sind war waren wird werden wurde wurden worden hat haben hatte hatten habe sei wäre kann können konnte soll
        sollen sollte muss müssen nicht kein keine keinen keinem keiner keines auch nur noch schon sehr mehr hier dort
        dann nun was wer wo was darin dabei sagte
        wie wen wem wessen wann warum weshalb wohin woher welche welcher welches welchen welchem viel viele
    """,
    "ru": """
        и в во на с со к ко о об обо от до для из изо за по под над при про через без у между перед после а но или что
        чтобы как так если когда где куда кто это этот эта эти этого этой этом том тот та те того той он она оно они его
        её ее их ему ей им ими них него неё нее ней нём нем мы нас нам вы вас вам я меня мне свой своя свое своё свои
        своего своей своих который которая которое которые которых которого которой был была было были быть будет будут
        есть не ни нет бы же ли уже еще ещё только также тоже очень более всего все всё весь сам там тут здесь т г е сказал
        какой какая какое какие какого каких каком чей почему зачем сколько откуда куда чего чем кого кем кому
    """,
    "tr": """
        ve veya ile de da ki mi mı mu mü bir bu şu o bunu bunun onu onun onlar biz siz ben sen için gibi kadar göre daha
        en çok az ise ya ne hem ama fakat ancak çünkü eğer sonra önce karşı doğru üzere beri dolayı rağmen her bütün tüm
        olan olarak oldu olduğu olduğunu olup olmak var yok değil diye dedi ın in un ün nın nin nun nün dan den tan ten ta
        te a e ya ye i ı u ü yı yi yu yü na ne nda nde la le
        kim kime kimin nerede nereye nereden nasıl neden niçin kaç hangi hangisi nedir kimdir
    """,
    "hi": """
        का की के को ने में से पर तक और या एक यह वह ये वे इस उस इन उन इसके उसके इसका उसका इसकी उसकी इनके उनके उनका उनकी
        है हैं था थी थे हो होता होती होते हुआ हुई हुए होगा होगी होंगे कर करके करने किया की गया गई गए गये रहा रही रहे दिया
        दी दिए लिए लिया जो जिस जिसका जिसके जिसकी कि तो भी ही नहीं न मत बिना साथ बाद पहले अब तब जब यहाँ वहाँ क्या कौन कैसे
        क्यों अपने अपना अपनी सभी कुछ कोई हर बहुत लेकिन मगर पर जा जाता जाती जाते सकता सकती सकते कहा कहना
        कब कहाँ कहां कितना कितने कितनी किस किसने किसका किसके किसकी कौनसा
    """,
    "zh": """
        的 了 在 是 和 与 及 或 也 都 就 而 但 把 被 将 对 于 从 向 到 为 以 之
        其 这 那 有 没 不 未 无 还 又 很 更 最 中 上 下 个 们 说
        谁 什么 哪 哪里 哪个 何时 何地 如何 怎么 为什么 多少 几 吗 呢
    """,
    "fa": """
        در از به با که را این آن و یا تا بر برای هم نیز است بود شد شده می خود یک هر اما ولی اگر چون پس پیش بعد او آنها ما
        شما من وی های ها ای هستند بودند کرد کرده کند دارد داشت گفت نه نیست
        چه کی کجا چرا چگونه چند کدام آیا چیست کیست
    """,
    "ur": """
        کا کی کے کو نے میں سے پر تک اور یا ایک یہ وہ اس ان ہے ہیں تھا تھی تھے ہو ہوا ہوئی ہوئے کر کیا گیا گئی گئے رہا رہی
        رہے دیا لیا جو جس کہ تو بھی ہی نہیں نہ مت بغیر ساتھ بعد پہلے اپنے اپنا اپنی کہا لیے
        کون کہاں کب کیوں کیسے کتنا کتنے کتنی کس
    """,
    "id": """
        yang di ke dari dan atau untuk dengan pada dalam oleh ini itu adalah ialah akan telah sudah tidak bukan juga saja
        ia dia mereka kami kita saya anda nya sebagai karena jika ketika setelah sebelum antara lebih para kata
        apa siapa kapan mana dimana bagaimana mengapa berapa
    """,
    "pt": """
        o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre entre até desde e ou
        mas que quem qual quando onde como se lhe lhes me te seu sua seus suas meu minha este esta estes estas esse essa
        isso isto é são era eram foi foram ser sido está estão estava há havia tem têm não já mais muito também após
        segundo durante contra ao aos à às ele ela eles elas disse
        qual quais quanto quanta quantos quantas porque onde
    """,
    "it": """
        il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in
        nel nella nei nelle con su sul sulla per tra fra e ed o ma né che chi cui quale quando dove come se si ci vi lui
        lei loro suo sua suoi sue questo questa questi queste quello quella è sono era erano fu furono essere stato stata
        ha hanno aveva avevano avere non già più molto anche dopo prima contro dell all dall nell sull d c ha detto
        chi quale quali quanto quanta quanti quante perché come dove quando cosa
    """,
}


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language, folded and without marks; none for a language without a table.

    >>> "with" in function_words("en"), "été" in function_words("fr"), "ete" in function_words("fr")
    (True, False, True)
    """
    return frozenset(strip_marks(fold_text(word, language)) for word in _TABLES.get(language, "").split())


def content(text: str, language: str) -> str:
    """Return the words of a text, folded, that are no function words, each on a line; all of them where there are no others.

    On one line "between 2 and 300" would leave what reads as 2,300.

    >>> content("Who opened the station?", "en").split(), content("Who was it?", "en").split()
    (['opened', 'station'], ['who', 'was', 'it'])
    """
    empty, found = function_words(language), words(fold_text(text, language))
    return "\n".join([word for word in found if strip_marks(word) not in empty] or found)
