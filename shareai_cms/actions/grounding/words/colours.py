"""Colours, in the form of ``materials``; ``dark`` and ``light`` shades are made of a colour and a word before it."""

from __future__ import annotations

COLOURS = """
black | black | schwarz, tiefschwarz, pechschwarz | noir | negro | أسود, سوداء
white | white | weiß, schneeweiß, reinweiß, cremeweiß | blanc, blanche, blancs, blanches | blanco | أبيض, بيضاء
grey | grey, gray | grau, silbergrau | gris, grise, grises | gris, grises | رمادي, رمادية
anthracite <grey dark-grey | anthracite | anthrazit, anthrazitfarben, anthrazitgrau | anthracite | antracita | فحمي
charcoal <grey dark-grey | ~charcoal, charcoal grey, charcoal gray | graphit, graphitgrau | gris anthracite | gris marengo | رمادي فحمي
red | red | rot, knallrot, feuerrot | rouge | rojo | أحمر, حمراء
burgundy <red dark-red | burgundy, bordeaux, wine red | bordeaux, weinrot, bordeauxrot, burgunderrot | bordeaux, bourgogne, lie de vin | burdeos, granate | عنابي, خمري
maroon <red dark-red | maroon | kastanienrot | | | كستنائي
blue | blue | blau, himmelblau, königsblau, stahlblau, kobaltblau | bleu | azul, azules | أزرق, زرقاء
sky-blue <blue light-blue | sky blue, baby blue | himmelblau, babyblau | bleu ciel | azul cielo, azul celeste, celeste | سماوي
navy <blue dark-blue | navy, navy blue, midnight blue | marine, marineblau, nachtblau, navy | bleu marine, marine, bleu nuit | azul marino, azul noche | كحلي
royal-blue <blue | royal blue | königsblau, royalblau | bleu roi | azul real | أزرق ملكي
green | green | grün, waldgrün, grasgrün | vert | verde, verdes | أخضر, خضراء
olive <green | olive, olive green, khaki | oliv, olivgrün, khaki, khakifarben | olive, vert olive, kaki | oliva, verde oliva, caqui | زيتي, زيتوني, كاكي
mint <green light-green | ~mint, mint green | mint, mintgrün, minzgrün | vert menthe, menthe | verde menta, ~menta | نعناعي
emerald-green <green | emerald green | smaragdgrün | vert émeraude | verde esmeralda | زمردي
yellow | yellow | gelb, sonnengelb, zitronengelb | jaune | amarillo | أصفر, صفراء
mustard <yellow | ~mustard, mustard yellow | senfgelb, senffarben | moutarde, jaune moutarde | mostaza, amarillo mostaza | خردلي
orange | orange | orange, orangefarben | orange | naranja, anaranjado | برتقالي, برتقالية
purple | purple, violet, lilac, mauve, plum coloured | lila, violett, purpur, flieder, fliederfarben, purpurfarben, aubergine | violet, violette, violets, violettes, mauve, lilas, pourpre | morado, violeta, lila, púrpura, malva | بنفسجي, أرجواني, بنفسجية, أرجوانية, ليلكي
lavender <purple | ~lavender, lavender blue | lavendelfarben | ~lavande | ~lavanda, lavanda claro | لافندر
pink | pink, rosy pink | rosa, pink, rosafarben, rosarot, altrosa | rose | rosa, rosas, rosado | وردي, زهري, وردية
fuchsia <pink | fuchsia, magenta, hot pink | fuchsia, magenta | fuchsia, magenta | fucsia, magenta | فوشيا
coral <orange pink | ~coral, coral pink, coral red | korallenrot, korallenfarben, koralle | ~corail | ~coral | مرجاني
salmon <pink orange | ~salmon, salmon pink | lachsfarben, lachsrosa | ~saumon | ~salmón | سلموني
peach <orange pink | ~peach, peach coloured | pfirsichfarben, apricot, aprikosenfarben | pêche clair | color melocotón | خوخي
brown | brown | braun, nussbraun, haselnussbraun, schokobraun | marron, brun, brune | marrón, marrones, castaño, pardo | بني, بنية
cognac <brown | cognac | cognac, cognacfarben, cognacbraun | cognac | coñac | كونياك
tan <brown | tan | hellbraun | fauve, havane | camel, tostado | جملي
beige | beige, sand coloured, sand-coloured | beige, sandfarben | beige, sable | beige, arena | بيج
taupe <beige grey | taupe | taupe | taupe | topo | توب
cream <white beige | cream, cream coloured, off white | creme, cremefarben, cremeweiß, wollweiß, naturweiß | crème, blanc cassé, écru | crema, crudo, blanco roto | كريمي, أوف وايت
ivory <white | ivory | elfenbein, elfenbeinfarben | ivoire | marfil | عاجي
turquoise <blue green | turquoise, aqua | türkis, türkisfarben, türkisblau, aqua | turquoise | turquesa, aguamarina | تركواز, فيروزي
teal <blue green | teal, petrol blue | petrol, petrolfarben, petrolblau | bleu pétrole, bleu canard | azul petróleo | أزرق مخضر
indigo <blue | indigo | indigo, indigoblau | indigo | índigo, añil | نيلي
gold-colour | golden, gold coloured, gold tone, gold finish | golden, goldfarben, goldfarbig, goldgelb | doré | dorado | ذهبي, ذهبية
silver-colour | silvery, silver coloured, silver tone, silver finish | silbern, silberfarben, silberfarbig | argenté | plateado | فضي, فضية
rose-gold <pink gold-colour | rose gold | roségold, rosegold, roségoldfarben | or rose | oro rosa | ذهب وردي
copper-colour <brown | copper coloured, coppery | kupferfarben | cuivré | cobrizo |
transparent | transparent, see through | transparent, durchsichtig, klarsichtig | transparent | transparente | شفاف, شفافة
multicolour | multicoloured, multicolored, multicolour, multicolor, colourful, colorful | mehrfarbig, bunt, vielfarbig, kunterbunt | multicolore, multicolores, bariolé | multicolor, multicolores, colorido | متعدد الألوان, ملون
"""

#: Before a colour, or joined to it; what stands first is the shade.
DARK = {
    "en": "dark deep",
    "de": "dunkel tief dunkles dunklem dunkle dunkler dunklen",
    "fr": "foncé foncée sombre profond profonde",
    "es": "oscuro oscura oscuros oscuras",
    "ar": "داكن داكنة غامق غامقة",
}
LIGHT = {
    "en": "light pale pastel bright",
    "de": "hell zart blass pastell helles hellem helle heller hellen",
    "fr": "clair claire pâle pastel",
    "es": "claro clara claros claras pálido pastel",
    "ar": "فاتح فاتحة باهت",
}
#: Languages in which the shade follows the colour.
SHADE_FOLLOWS = frozenset(("fr", "es", "ar"))
