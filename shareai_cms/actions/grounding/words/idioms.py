"""Phrases in which a word of the vocabularies means something else."""

from __future__ import annotations

from collections.abc import Mapping

#: By language, separated by bars; a trailing word may be in the plural.
IDIOMS: Mapping[str, str] = {
    "en": """
tin opener | linen press | linen cupboard | tin foil | tin of | tins of | biscuit tin | cake tin | baking tin |
loaf tin | muffin tin | tin whistle | iron out | steam iron | do not iron | cool iron | warm iron | hot iron |
to iron | travel iron | curling iron | waffle iron | iron will | non iron | no iron | iron levels | iron rich |
iron supplement | wine glass | champagne glass | beer glass | looking glass | magnifying glass | water glass |
drinking glass | shot glass | hour glass | paper towel | toilet paper | baking paper | on paper | kitchen paper |
tissue paper | paper jam | paper size | plastic surgery | drinking straw | last straw | straw poll | stone's throw |
stone fruit | set in stone | carved in stone | bone dry | wax jacket | pine nut | pine cone | pine scent |
scent of pine | pine needle | walnut kernel | walnut oil | walnut cake | maple syrup | maple leaf | cedar scent |
bamboo shoot | birch sap | birch water | marble cake | google chrome | gold standard | golden rule | golden hour |
golden age | heart of gold | weight in gold | golden retriever | golden ratio | golden opportunity | golden gate |
gold coast | good as gold | strike gold | golden syrup | golden eagle | silver lining | silver screen |
silver bullet | silver jubilee | silver fox | bronze age | iron age | stone age | brass band | brass tacks |
top brass | steel yourself | nerves of steel | cotton candy | cotton bud | cotton wool | steel wool | silk road |
red velvet | shaving foam | milk foam | foam bath | bath foam | cleansing foam | foam party | lace up | satin finish
| satin paint | crystal clear | crystal ball | diamond pattern | diamond shape | rough diamond | diamond jubilee |
diamond wedding | tooth enamel | clay court | clay pigeon | clay soil | metal detector | orange juice | orange peel
| orange zest | orange blossom | orange marmalade | orange segment | orange tree | blood orange | orange flavour |
orange flavor | orange oil | oranges | green tea | black tea | white tea | red wine | white wine | black coffee |
black pepper | white pepper | green pepper | red pepper | brown sugar | white sugar | brown rice | white rice |
brown bread | white bread | pink salt | red onion | green bean | red cabbage | red lentil | black bean |
green energy | green electricity | go green | going green | green thumb | green fingers | green space | green light
| red tape | red meat | caught red | code red | black friday | black market | black magic | black hole |
black forest | black sea | red sea | white sea | yellow pages | blue moon | out of the blue | once in a blue |
feeling blue | blue collar | white collar | blue cheese | blue planet | blue light | white christmas | white house |
white goods | pink slip | tickled pink | grey area | gray area | grey matter | white lie | purple heart | olive oil
| olive tree | olives | olive branch | ice cream | cream cheese | face cream | hand cream | day cream | night cream
| body cream | shaving cream | whipped cream | double cream | sour cream | cream of | cream tea | eye cream |
sun cream | cream cake | foot cream | ivory coast | ivory tower | royal navy | us navy | sun tan | tan lines |
from cork | in cork | near cork | county cork | to cork | mint tea | fresh mint | mint condition | carbon footprint
| carbon dioxide | carbon emission | organic shape | organic form | organic curve | organic line | organic growth |
organic flow | organic silhouette | organic chemistry | organic waste | gift certificate | mr green | mrs green |
mr brown | mrs brown | mr white | mr black | ms green | dr brown | james brown | gold member | gold membership |
silver member | gold partner | platinum member | platinum partner | silver birch | lead time | two tone |
one of a kind | paper work | paper weight | paper thin | glass of wine | glass of water | glass of juice |
glass of milk | glass of champagne | glass of whisky | glass of beer | glasses of wine | glasses of water
""",
    "de": """
goldene Mitte | goldene Regel | goldener Schnitt | goldenen Schnitt | goldene Hochzeit | goldenes Händchen |
goldrichtig | silberne Hochzeit | Silberhochzeit | Goldfisch | grünes Licht | im grünen Bereich | ins Grüne |
im Grünen | grüner Tee | grünen Tee | grünem Tee | schwarzer Tee | schwarzen Tee | schwarzer Pfeffer |
schwarzem Pfeffer | weißer Pfeffer | rote Bete | roter Faden | roten Faden | rote Zahlen | rote Linsen |
schwarze Zahlen | schwarzes Brett | Schwarzes Meer | Rotes Meer | weißer Wein | blauer Montag | blaues Wunder |
blauen Brief | grüne Bohnen | grüner Daumen | grünen Daumen | ins Schwarze | schwarz auf weiß | schwarz sehen |
rosarote Brille | graue Zellen | Gelbe Seiten | gelbe Karte | rote Karte | gelben Seiten | Orangensaft | Holzweg |
Holz vor der Hütte | auf Holz klopfen | auf Papier | Glas Wein | Glas Wasser | ein Glas | Gläser | Gläsern |
Glas Milch | Glas Marmelade | eiserne Reserve | eiserner Wille | heißes Eisen | Steinzeit | Stein des Anstoßes |
Nerven aus Stahl | Gold wert | Silberstreif | Kristallkugel | vom Leder | bunte Mischung | bunten Strauß |
bunte Auswahl | Bio-Tonne | Heavy Metal
""",
    "fr": """
règle d'or | âge d'or | affaire en or | nombre d'or | cœur d'or | à prix d'or | thé vert | thé noir | vin rouge |
vin blanc | poivre noir | poivre blanc | jus d'orange | zeste d'orange | fleur d'oranger | huile d'olive |
crème fraîche | crème glacée | crème de jour | crème de nuit | crème solaire | crème pour | crème hydratante |
fer à repasser | ne pas repasser | chemin de fer | verre de vin | verre d'eau | verres à | verre à vin | un verre de
| mousse au chocolat | mousse à raser | mousse de lait | feu vert | feu rouge | carte blanche | nuit blanche |
liste noire | espaces verts | énergie verte | croix rouge | rose des vents | une rose | eau de rose |
pétales de rose | pain de mie | pomme de pin | pignons de pin | âge de pierre | pierre angulaire | première pierre |
toile de fond | sur la toile | papier peint | papier toilette | sur papier | papier cuisson | marron glacé |
sucre roux | chair de poule | gagner de l'argent | votre argent | sable fin | sable chaud | plage de sable |
petits pois verts | haricots verts | perles rares | Liège en Belgique
""",
    "es": """
regla de oro | edad de oro | corazón de oro | oportunidad de oro | broche de oro | té verde | té negro | té blanco |
vino tinto | vino blanco | vino rosado | pimienta negra | zumo de naranja | jugo de naranja | naranjas |
media naranja | aceite de oliva | aceitunas verdes | crema de día | crema de noche | crema solar | crema hidratante
| crema de manos | crema agria | luz verde | energía verde | zonas verdes | cruz roja | números rojos | mar negro |
mar rojo | mercado negro | lista negra | oveja negra | príncipe azul | sangre azul | prensa rosa | novela rosa |
una rosa | rosas frescas | agua de rosas | pétalos de rosa | salud de hierro | piel sensible | piel seca | su piel |
tu piel | piel suave | cuidado de la piel | papel higiénico | papel de cocina | papel pintado | sobre el papel |
papel de regalo | piedra angular | edad de piedra | bodas de plata | bodas de oro | nervios de acero |
arena de la playa | castillo de arena | judías verdes | goma de mascar | espuma de afeitar | espuma de leche |
cristal claro | ante el | ante la | ante los | ante las | ante un | ante una | ante cualquier | ante posibles |
ante su | ante tu | ante esta | ante este
""",
    "ar": """
شاي أخضر | شاي أسود | عصير برتقال | زيت زيتون | فلفل أسود | الصندوق الأسود | السوق السوداء | العصر الذهبي |
فرصة ذهبية | ورق عنب
""",
}

_NOT_COMPOUNDS = """
holzweg holzwegs holzkohle holzkohlen holzkopf glasur glasuren glasiert glasierte glasklar glasklare glasklares glasklarer
glasgow goldfisch goldfische goldrichtig goldig goldige goldmedaille goldstandard goldbraun goldbraune goldener
silvester silberhochzeit silberstreif silberfisch silberfische stahlblau stahlblaue stahlharte steinbock steinpilz
steinpilze steinzeit steinalt steinalte steinobst korkenzieher korkenziehers wachstum wachsen wachsam wachsende
wachsender filzstift filzstifte hornhaut gummibärchen gummibärchens eisenbahn eisenbahnen eisenhower metallica
marmorkuchen marmoriert marmorierte kristallklar kristallklare kristallklares kristallklarer papierkorb papiertonne papierlos
seidenweich seidenweiche seidenmatt seidenmatte seidenstraße seidenglanz samtig samtige samtpfote samtgemeinde samtweich samtweiche
wollten wolltest wollust bronzezeit betonen betont betonte betonung betonungen betonende betonklotz lederhosenlook
plastikmüll buchenwald kiefernorthopädie kieferorthopädie kupferstich kupferstecher chromosom jeansblau birkenstock
birkenstocks tannenbaum tannengrün tannengrüne eichenlaub leinenzwang leinenpflicht weidengrün vinylplatte titanic
kokosnuss kokosnüsse kokosöl kokosmilch kokosduft emaildienst modalverb pelzig cordoba cordula canvasser perlmuttfarben
zinnober zinnien alumni eisenkraut hanföl weidenkätzchen chromatisch steinschlag steinmetz stroherne strohhalm strohhalme strohfeuer strohwitwe strohblond
"""
#: German words that begin like a compound of a material.
NOT_COMPOUNDS = frozenset(_NOT_COMPOUNDS.casefold().split())
