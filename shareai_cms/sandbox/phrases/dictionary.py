"""A small dictionary of ordinary words, enough to see that a text has been translated and into what."""

from __future__ import annotations

LANGUAGES = ("en", "de", "fr", "es", "ar")
#: What a text begins with, so that nobody takes it for a translation that could be published.
MARKS = {
    "en": "[Sandbox translation]",
    "de": "[Sandbox-Übersetzung]",
    "fr": "[Traduction d’essai]",
    "es": "[Traducción de prueba]",
    "ar": "[ترجمة تجريبية]",
}
#: Other forms of a word, by language, and the one that stands in the dictionary.
FORMS = {
    "en": {"an": "a", "was": "is", "were": "are", "has": "have", "had": "have", "its": "their"},
    "de": {
        "der": "die", "das": "die", "den": "die", "dem": "die", "des": "die", "eine": "ein", "einen": "ein",
        "einem": "ein", "einer": "ein", "war": "ist", "waren": "sind", "hat": "haben", "unsere": "unser",
        "unseren": "unser", "ihre": "ihr", "ins": "in", "im": "in", "zum": "zu", "zur": "zu", "vom": "von", "am": "an",
    },
    "fr": {"la": "le", "les": "le", "une": "un", "était": "est", "a": "ont", "du": "de", "des": "de", "au": "à"},
    "es": {"la": "el", "los": "el", "las": "el", "una": "un", "era": "es", "del": "de", "al": "a"},
    "ar": {},
}  # fmt: skip

_ROWS = """
the | die | le | el |
a | ein | un | un |
and | und | et | y | و
or | oder | ou | o | أو
but | aber | mais | pero | لكن
not | nicht | pas | no | ليس
is | ist | est | es | هو
are | sind | sont | son | هي
have | haben | ont | tienen | لديهم
we | wir | nous | nosotros | نحن
you | Sie | vous | usted | أنت
they | sie | ils | ellos | هم
he | er | il | él | هو
she | sie | elle | ella | هي
it | es | il | eso | هو
our | unser | notre | nuestro | لنا
your | Ihr | votre | su | لك
their | ihr | leur | su | لهم
this | dies | ce | este | هذا
that | dass | que | que | أن
which | die | qui | que | الذي
what | was | quoi | qué | ما
where | wo | où | dónde | أين
when | wenn | quand | cuando | عندما
how | wie | comment | cómo | كيف
why | warum | pourquoi | por qué | لماذا
if | wenn | si | si | إذا
because | weil | parce que | porque | لأن
in | in | dans | en | في
on | auf | sur | sobre | على
at | an | à | en | عند
to | zu | à | a | إلى
from | von | de | desde | من
of | von | de | de | من
who | wer | qui | quien | من
with | mit | avec | con | مع
without | ohne | sans | sin | بدون
for | für | pour | para | من أجل
by | durch | par | por | بواسطة
about | über | sur | sobre | عن
after | nach | après | después de | بعد
before | vor | avant | antes de | قبل
between | zwischen | entre | entre | بين
under | unter | sous | bajo | تحت
over | über | sur | sobre | فوق
near | nahe | près de | cerca de | قرب
as | als | comme | como | كما
so | so | donc | así | لذلك
then | dann | puis | luego | ثم
now | jetzt | maintenant | ahora | الآن
here | hier | ici | aquí | هنا
there | dort | là | allí | هناك
always | immer | toujours | siempre | دائما
never | nie | jamais | nunca | أبدا
often | oft | souvent | a menudo | غالبا
also | auch | aussi | también | أيضا
only | nur | seulement | solo | فقط
very | sehr | très | muy | جدا
more | mehr | plus | más | أكثر
most | meist | la plupart | la mayoría | معظم
many | viele | beaucoup | muchos | كثير
every | jede | chaque | cada | كل
all | alle | tous | todos | كل
some | einige | quelques | algunos | بعض
other | andere | autre | otro | آخر
new | neu | nouveau | nuevo | جديد
old | alt | vieux | viejo | قديم
good | gut | bon | bueno | جيد
small | klein | petit | pequeño | صغير
large | groß | grand | grande | كبير
long | lang | long | largo | طويل
short | kurz | court | corto | قصير
first | erste | premier | primero | أول
last | letzte | dernier | último | أخير
open | offen | ouvert | abierto | مفتوح
closed | geschlossen | fermé | cerrado | مغلق
welcome | willkommen | bienvenue | bienvenidos | أهلا
free | frei | libre | libre | حر
one | eins | un | uno | واحد
two | zwei | deux | dos | اثنان
three | drei | trois | tres | ثلاثة
four | vier | quatre | cuatro | أربعة
five | fünf | cinq | cinco | خمسة
six | sechs | six | seis | ستة
seven | sieben | sept | siete | سبعة
eight | acht | huit | ocho | ثمانية
nine | neun | neuf | nueve | تسعة
ten | zehn | dix | diez | عشرة
eleven | elf | onze | once | أحد عشر
twelve | zwölf | douze | doce | اثنا عشر
twenty | zwanzig | vingt | veinte | عشرون
day | Tag | jour | día | اليوم
days | Tage | jours | días | الأيام
week | Woche | semaine | semana | الأسبوع
month | Monat | mois | mes | الشهر
year | Jahr | année | año | السنة
years | Jahre | années | años | السنوات
hour | Stunde | heure | hora | الساعة
hours | Stunden | heures | horas | الساعات
minutes | Minuten | minutes | minutos | الدقائق
morning | Morgen | matin | mañana | الصباح
evening | Abend | soir | tarde | المساء
night | Nacht | nuit | noche | الليل
summer | Sommer | été | verano | الصيف
winter | Winter | hiver | invierno | الشتاء
spring | Frühling | printemps | primavera | الربيع
autumn | Herbst | automne | otoño | الخريف
saturday | Samstag | samedi | sábado | السبت
saturdays | samstags | le samedi | los sábados | أيام السبت
sunday | Sonntag | dimanche | domingo | الأحد
monday | Montag | lundi | lunes | الاثنين
friday | Freitag | vendredi | viernes | الجمعة
house | Haus | maison | casa | البيت
door | Tür | porte | puerta | الباب
room | Raum | pièce | sala | الغرفة
window | Fenster | fenêtre | ventana | النافذة
shop | Laden | boutique | tienda | المتجر
town | Stadt | ville | ciudad | المدينة
street | Straße | rue | calle | الشارع
road | Straße | route | camino | الطريق
path | Weg | chemin | sendero | الممر
sea | Meer | mer | mar | البحر
coast | Küste | côte | costa | الساحل
harbour | Hafen | port | puerto | الميناء
boat | Boot | bateau | barco | القارب
boats | Boote | bateaux | barcos | القوارب
ship | Schiff | navire | buque | السفينة
lighthouse | Leuchtturm | phare | faro | المنارة
tide | Gezeit | marée | marea | المد
water | Wasser | eau | agua | الماء
wind | Wind | vent | viento | الريح
light | Licht | lumière | luz | الضوء
book | Buch | livre | libro | الكتاب
books | Bücher | livres | libros | الكتب
page | Seite | page | página | الصفحة
pages | Seiten | pages | páginas | الصفحات
paper | Papier | papier | papel | الورق
map | Karte | carte | mapa | الخريطة
maps | Karten | cartes | mapas | الخرائط
press | Presse | presse | imprenta | المطبعة
guide | Führer | guide | guía | الدليل
guides | Führer | guides | guías | الأدلة
letter | Brief | lettre | carta | الرسالة
word | Wort | mot | palabra | الكلمة
words | Wörter | mots | palabras | الكلمات
text | Text | texte | texto | النص
list | Liste | liste | lista | القائمة
picture | Bild | image | imagen | الصورة
story | Geschichte | histoire | historia | القصة
question | Frage | question | pregunta | السؤال
answer | Antwort | réponse | respuesta | الجواب
people | Menschen | gens | gente | الناس
visitors | Besucher | visiteurs | visitantes | الزوار
friends | Freunde | amis | amigos | الأصدقاء
customer | Kunde | client | cliente | الزبون
customers | Kunden | clients | clientes | الزبائن
children | Kinder | enfants | niños | الأطفال
woman | Frau | femme | mujer | المرأة
man | Mann | homme | hombre | الرجل
name | Name | nom | nombre | الاسم
work | Arbeit | travail | trabajo | العمل
time | Zeit | temps | tiempo | الوقت
place | Ort | lieu | lugar | المكان
part | Teil | partie | parte | الجزء
thing | Ding | chose | cosa | الشيء
world | Welt | monde | mundo | العالم
price | Preis | prix | precio | السعر
order | Bestellung | commande | pedido | الطلب
delivery | Lieferung | livraison | entrega | التوصيل
read | lesen | lire | leer | اقرأ
write | schreiben | écrire | escribir | اكتب
see | sehen | voir | ver | انظر
find | finden | trouver | encontrar | جد
buy | kaufen | acheter | comprar | اشتر
send | senden | envoyer | enviar | أرسل
come | kommen | venir | venir | تعال
go | gehen | aller | ir | اذهب
begin | beginnen | commencer | empezar | ابدأ
follow | folgen | suivre | seguir | اتبع
printed | gedruckt | imprimé | impreso | مطبوع
walk | Spaziergang | promenade | paseo | المشي
can | können | peuvent | pueden | يمكن
will | werden | vont | van | سوف
must | müssen | doivent | deben | يجب
"""


def _read(rows: str) -> dict[tuple[str, str], dict[str, str]]:
    """For every pair of languages what a word becomes; where several share a form, the first row wins."""
    lines = [
        [cell.strip() for cell in f"{line} ".split(" | ")] for line in rows.strip().replace(" |\n", " | \n").split("\n")
    ]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        words = dict(zip(LANGUAGES, line, strict=True))
        for source in LANGUAGES:
            for target in LANGUAGES:
                if source != target and words[source]:
                    found.setdefault((source, target), {}).setdefault(words[source].lower(), words[target])
    return found


WORDS = _read(_ROWS)
