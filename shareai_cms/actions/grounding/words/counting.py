"""Numbers in words, and words that are counted, for each language; a row's words are separated by spaces."""

from __future__ import annotations

#: From nought upwards, one by one; then thirty, forty and so on to a hundred.
ONES = """
en | zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
de | null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig
fr | zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt
es | cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte
ar | صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة
"""
TENS = """
en | thirty forty fifty sixty seventy eighty ninety hundred
de | dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert
fr | trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent
es | treinta cuarenta cincuenta sesenta setenta ochenta noventa cien
ar | ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون مئة
"""
MORE = """
en | dozen=12 thousand=1000 half=0.5 million=1000000 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10
de | dutzend=12 tausend=1000 zwo=2 halbes=0.5 halber=0.5 million=1000000 anderthalb=1.5 dritte=3 dritter=3 dritten=3 drittes=3 vierte=4 vierter=4 vierten=4 fünfte=5 fünfter=5 fünften=5 sechste=6 sechster=6 sechsten=6 zehnte=10 zehnter=10 zehnten=10
fr | troisième=3 quatrième=4 cinquième=5 sixième=6 dixième=10 douzaine=12 mille=1000 demi=0.5 dizaine=10 vingtaine=20 centaine=100 million=1000000
es | tercera=3 tercer=3 cuarta=4 cuarto=4 quinta=5 quinto=5 sexta=6 décima=10 docena=12 mil=1000 medio=0.5 ciento=100 millón=1000000
ar | اثنين=2 اثنتان=2 اثنتين=2 ثلاث=3 أربع=4 خمس=5 ست=6 سبع=7 ثماني=8 تسع=9 عشر=10 عشرين=20 عشرون=20 ثلاثين=30 خمسين=50 مائة=100 ألف=1000
"""
#: More than anyone counts: a claim in itself.
CROWDS = """
en | hundreds thousands millions dozens decade decades century centuries
de | hunderte hunderten tausende tausenden millionen dutzende dutzenden jahrzehnt jahrzehnte jahrzehnten
fr | centaines milliers millions dizaines décennie décennies
es | cientos miles millones decenas centenares millares década décadas
ar | مئات آلاف ملايين الآلاف المئات
"""
#: What only counts what stands in the text, or is said of anything.
COUNTED = """
en | reason reasons way ways thing things option options benefit benefits feature features point points step steps question questions advantage advantages tip tips words sentence sentences senses hands worlds times sides seasons
de | gründe gründen arten dinge dingen möglichkeiten vorteile vorteilen punkte punkten schritte schritten fragen merkmale merkmalen tipps worte worten sätze sätzen welten hände händen mal seiten jahreszeiten wände wänden sinne sinnen
fr | raisons façons choses options avantages points étapes questions conseils mots phrases mondes mains fois côtés saisons sens
es | razones maneras formas cosas opciones ventajas puntos pasos preguntas consejos palabras frases mundos manos veces lados estaciones sentidos
ar | أسباب طرق مزايا خطوات نقاط أشياء خيارات
"""
#: After a number in words, a sign that nothing is counted.
JOINING = """
en | of or and more in one another to is are the by out with for at on from as than that this per via when
de | in von und oder mehr bis ist sind der die das mit für aus auf bei im am zum zur zu als pro
fr | ou et de en à est sont le la les du des avec pour par sur dans que au aux
es | o y de en a es son el la los las del con para por sobre que al
ar | من أو في على مع إلى
"""
#: Number words that are more often something else; they count only before a unit.
OTHERWISE = """
en | one half zero
de | eins null halbes halber
fr | un neuf demi zéro cent mille
es | uno medio cero
ar | واحد صفر ست ألف عشر
"""


def by_language(table: str) -> dict[str, frozenset[str]]:
    """The words of each row."""
    return {name: frozenset(words) for name, words in in_order(table).items()}


def in_order(table: str) -> dict[str, list[str]]:
    """The words of each row, in lower case and in their order."""
    rows = (line.split("|") for line in table.strip().splitlines())
    return {language.strip(): words.casefold().split() for language, words in rows}
