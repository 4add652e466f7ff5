"""Graded texts that were written when the code was done, in the form of the first half.

Read for the first time, 113 of their 118 planted values were caught, and 3 flags were wrong of 156 true values. What
was missed: two seals that no row had ("MSC", "équitable"), ordinals, and brands with "&" or a small first letter.
"""

from __future__ import annotations

CASES = """
en>en | A tray of beech with rope handles. | A tray of [beech], with {material|copper} rivets.
en>en | Garden hose, 25 m, 13 mm. | [25 metres] of hose, [1.3 cm] across, for {number|16 bar}.
en>en | Backpack 32 l, 1.1 kg, two compartments. | A [32-litre] backpack of [1100 g] with [two compartments] and {number|five pockets}.
en>en | Baking mat 40 x 30 cm, silicone, up to 230 °C. | A mat of [silicone], [40 by 30 cm], safe up to [446 °F] and {unit|230 °F}.
en>en | Binoculars 8x42, 650 g. | [8x42] binoculars that weigh [650 grams], with {number|10x} zoom.
en>en | Extension lead, 5 m, 3 sockets, 3,500 W. | [5 m], [three sockets], [3500 watts], and a switch rated {number|16 A}.
en>en | Tent for 4 people, 5.8 kg, water column 3000 mm. | Sleeps [four people]; [3,000 mm] keep rain out. It packs to {size|60 x 20 cm}.
en>en | Rum, 0.7 l, 40 %. | [700 ml] at [40%], aged for {number|12 years}.
en>en | Paint, 2.5 l, covers 30 m². | [2.5 litres] cover [30 m²] in {number|2 coats}.
en>en | LED bulb, 9 W, 806 lm, 2700 K. | [806 lumens] from [9 watts], at [2700 K], for {number|15,000 hours}.
en>en | Mattress 90 x 200 cm, height 18 cm. | [90 x 200 cm], [18 cm] high; do not mistake it for {size|140 x 200 cm}.
en>en | Ladder with 7 steps, up to 150 kg. | [Seven steps], [150 kg], and a reach of {number|3.4 m}.
en>en | Protein bar, 55 g, 20 g protein. | [55 g] with [20 g] of protein and {number|2 g} of sugar.
en>en | Monitor arm for screens from 17 to 32 inches. | For [17 to 32 inches], up to {number|9 kg}.
en>en | A simple kettle. | Loved by {number|millions}, rated {number|4.9} of {number|5 stars}.
en>en | A simple kettle. | There are many ways to make tea. Here are three things to know about this one.
en>en | A simple kettle. | Boils in {number|three minutes} and keeps tea hot for {number|half an hour}.
en>en | Umbrella, 8 ribs. | With [eight ribs] where others have {number|six ribs}.
en>en | Gloves, sizes 7, 8 and 9. | In [sizes 7, 8 and 9]; for {size|size 11} ask us.
en>en | Hoodie, XS-XXL, charcoal. | A [charcoal] hoodie from [XS to XXL], even in [size M].
en>en | Hoodie, XS-L. | Roomy, up to {size|XXL}.
en>en | Ring, size 54. | Made in [size 54] and {size|size 58}.
en>en | Print, A3. | Printed on [A3], framed in {size|A2}.
en>en | Cardigan. | A cardigan that comes in {size|plus size}, too.
en>en | Coffee table, walnut veneer, brass legs. | A table with [walnut] [veneer] and legs of [brass], topped with {material|glass}.
en>en | Coffee table, walnut veneer, brass legs. | [Brass] legs, and a top of {material|solid wood}.
en>en | Cutting board, bamboo. | [Bamboo], oiled twice, harder than {material|maple} by nature.
en>en | Trousers, 98 % cotton, 2 % elastane. | [98%] [cotton] with [2%] [elastane]; no {material|polyester-free} tricks.
en>en | Trousers, 98 % cotton, 2 % elastane. | Fine {material|linen} with a touch of [elastane].
en>en | Wallet of vegan leather. | A wallet of [vegan leather], soft as {material|suede}.
en>en | Earrings, silver-plated. | [Silver-plated] earrings, in a case of {material|velvet}.
en>en | Planter of terracotta. | A [ceramic] planter of [terracotta] with a saucer in {material|zinc}.
en>en | Pillow filled with goose down. | Filled with [goose down] and {material|memory foam}.
en>en | Hat of felt. | A hat of [felt]; we felt that it was time for one.
en>en | Frying pan, cast iron. | An [iron] pan that lasts. Lid of {material|tempered glass}.
en>en | Bread knife. | It cuts bread; the world is in shape again. Blade of {material|titanium}.
en>en | Sofa in sage green. | A [green] sofa with {colour|beige} piping.
en>en | Bike, dark red. | A [dark red] bike, not a {colour|light red} one.
en>en | Bike, dark red. | A [red] bike with {colour|white} grips.
en>en | Lip balm in coral. | In [coral], and soon in {colour|fuchsia}.
en>en | Scarf: navy, cream. | [Navy] and [cream], a scarf for {colour|burgundy} coats.
en>en | Vase, gold-coloured. | A [golden] vase with a {colour|turquoise} rim.
en>en | Salad bowl. | A bowl for green beans, red onions and olives, with black pepper on top.
en>en | Salad bowl. | A bowl in {colour|olive green} for olives.
en>en | Nail polish remover. | Out of the blue, this bottle in {colour|violet} caught our eye.
en>en | Highlighter set: yellow, pink. | [Yellow] and [pink], and none in {colour|orange}.
en>en | Orange squeezer, steel. | A [steel] squeezer for orange juice; blood oranges work, too.
en>en | Tinned fish, 120 g. | A tin of fish, [120 g], opened without a tin opener. Product of {certification|MSC}-style care and {certification|ISO 22000} plants.
en>en | Whiskey from County Cork, 0.7 l. | A whiskey from County Cork, [700 ml], sealed with {material|wax}.
en>en | Phone case. | A case with a silver lining of its own: it is thin. {certification|CE} marked.
en>en | Baby bottle, BPA-free, 240 ml. | [BPA-free], [240 ml], {certification|TÜV} tested.
en>en | Paper, FSC Mix, 80 g/m². | [FSC] [certified] paper of [80 g/m²], {certification|Blue Angel} awarded.
en>en | Shirt, Fairtrade cotton. | A shirt of [Fairtrade] [cotton], {certification|GOTS} quality.
en>en | Drill, IP54. | [IP54] against dust, {certification|IPX7} against water.
en>en | Shampoo, vegan. | A [vegan] shampoo, {certification|organic} and {certification|dermatologically tested}.
en>en | Helmet, EN 1078. | Tested to [EN 1078] and {certification|ASTM F1447}.
en>en | Candle by Fernhill. | The [Fernhill] candle burns longer than those of {brand|Yankee Kellar}.
en>en | Candle by Fernhill. | A candle made by {brand|Orrin Vale}, {brand|Ikea}-like in price.
en>en | Earphones. | Earphones that pair with {brand|Samsung} phones and {brand|iPhone} models.
en>en | Pen. | A pen with a {brand|Parker®} style refill and a clip by {brand|Montblanc}.
en>en | Coat. | A coat that keeps the cold out from October to March, from Norway to Spain.
en>en | Vacuum cleaner V11, 0.6 l. | The [V11] holds [600 ml] and follows the {number|V10}.
de>de | Regal, Kiefer, 80 x 30 x 180 cm, 5 Böden. | Ein [Kiefernregal] mit [fünf Böden], [80 x 30 x 180 cm], bis {number|40 kg} belastbar.
de>de | Regal, Kiefer, 80 x 30 x 180 cm, 5 Böden. | Ein Regal aus {material|Buche} in {colour|Weiß}.
de>de | Pfanne, Gusseisen, Ø 28 cm. | Eine Pfanne aus [Gusseisen], [28 cm], mit {material|Holzgriff}.
de>de | T-Shirt, 100 % Bio-Baumwolle, GOTS. | [Bio-Baumwolle], [GOTS]-[zertifiziert], mit {number|5 %} {material|Elasthan}.
de>de | Akku 2.000 mAh. | [2 Ah], genug für {number|8 Stunden}.
de>de | Jacke, dunkelgrün, Gr. 48-58. | Eine [dunkelgrüne] Jacke in [Größe 52], gefüttert in {colour|Hellblau}.
de>de | Tasche, Kunstleder. | Eine Tasche aus [Kunstleder], innen {material|Seide}.
de>de | Tasche, Kunstleder. | Eine {material|Ledertasche} mit {material|Goldkette}.
de>de | Teekanne. | Grüner Tee, schwarzer Tee: Beides gelingt. Ein Glas daneben genügt. Mit {material|Glasdeckel}.
de>de | Teekanne. | Für {number|vier Tassen}, gebaut in {number|dritter} Generation von {brand|Villeroy & Boch}.
de>de | Sofa, dreisitzig, Cord. | Ein Sofa aus [Cord] für {number|zwölf Gäste}.
de>de | Rucksack, 1.250 g. | [1,25 kg] leicht, mit {number|20 Liter} Volumen.
de>de | Lampe, 40 cm hoch. | [0,4 m] hoch, dazu ein Schirm aus {material|Papier} und ein Fuß aus {material|Marmor}.
de>de | Spülmittel. | {certification|Vegan}, {certification|dermatologisch getestet} und mit dem {certification|Blauen Engel}.
de>de | Handschuhe. | Sie wollten warme Hände? Wachsen lassen hilft nicht, diese Handschuhe schon. In {colour|Bordeaux}.
de>de | Uhr. | Eine Uhr der Marke {brand|Tessaro}, wasserdicht bis {number|5 bar}.
de>en | Kommode, Nussbaum, drei Schubladen. | A chest of [walnut] with [three drawers] and {material|marble} knobs.
de>en | Decke aus Schurwolle, hellgrau, 1,4 x 2 m. | A [light grey] blanket of [wool], [140 x 200 cm], {number|2.5 kg}.
de>fr | Kissen, Leinen, dunkelblau, 50 x 50 cm. | Un coussin en [lin] [bleu foncé], [50 x 50 cm], bordé de {colour|jaune}.
de>es | Messer, Edelstahl, 20 cm. | Un cuchillo de [acero inoxidable] de [20 cm] con mango de {material|roble}.
en>de | Leather belt, black, 110 cm. | Ein [schwarzer] [Ledergürtel], [1,1 m] lang, mit Schnalle aus {material|Messing}.
en>de | Organic cotton sheet, GOTS, 160 x 200 cm. | Ein Laken aus [Bio-Baumwolle], [GOTS], [160 x 200 cm], in {colour|Rosa}.
en>fr | Linen shirt, sky blue, S-L. | Une chemise en [lin] [bleu ciel], [taille M], {size|taille XXL}.
en>fr | Walnut clock, 30 cm. | Une horloge en [noyer] de [30 cm], garantie {number|3 ans}.
en>es | Wool socks, grey, 2 pairs. | Calcetines de [lana] [grises], [dos pares], con {material|cachemira}.
en>es | Steel lamp, 60 W, IP44. | Una lámpara de [acero], [60 W], [IP44], certificada {certification|CE}.
en>ar | Leather bag, brown, 2 kg. | حقيبة من [الجلد] باللون [البني] تزن [٢ كغ] مع بطانة من {material|الحرير}.
en>ar | Cotton towel, 70 x 140 cm. | منشفة من [القطن] بمقاس [70 x 140 سم] بلون {colour|أحمر}.
fr>fr | Casserole en cuivre, 2 l, 18 cm. | Une casserole en [cuivre] de [2 litres], [18 cm], au couvercle en {material|verre}.
fr>fr | Manteau en laine, gris clair. | Un manteau [gris clair] en [laine], doublé de {material|soie}.
fr>fr | Manteau en laine, gris clair. | Un manteau {colour|gris foncé}, coupe {size|taille 52}.
fr>fr | Bougie, 220 g, 45 h. | [220 g], [45 heures], sans {number|12 parfums} inutiles. Une bougie {certification|bio}.
fr>fr | Table pliante. | Un jus d'orange, un verre d'eau, deux avantages : elle est légère et stable. Fournie avec {number|six chaises}.
fr>de | Sac en toile, vert, 12 l. | Eine [grüne] Tasche aus [Canvas] mit [12 Litern] und {material|Leder}.
fr>es | Tasse en porcelaine blanche, 25 cl. | Una taza de [porcelana] [blanca] de [250 ml] con borde {colour|dorado}.
es>es | Cojín de lino, beige, 45 x 45 cm. | Un cojín [beige] de [lino], [45 x 45 cm], relleno de {material|plumón}.
es>es | Aceitera, vidrio, 0,5 l. | Para aceite de oliva: [vidrio], [500 ml], y tapón de {material|corcho}.
es>es | Reloj, acero, 5 ATM. | Un reloj de [acero] con correa de {material|piel} y {number|dos años} de garantía.
es>fr | Camiseta de algodón, roja, talla L. | Un t-shirt [rouge] en [coton], [taille L], {certification|équitable}.
es>en | Mesa plegable de aluminio, 4 kg. | A folding table of [aluminium], [4 kg] ([8.8 lb]), {number|70 cm} high.
ar>en | حذاء من الجلد الأسود، مقاس 42. | A shoe of [black] [leather] in [size 42], with a {material|rubber} sole.
ar>ar | مصباح من الزجاج، 40 واط. | مصباح من [الزجاج] بقوة [40 واط] مع قاعدة من {material|النحاس}.
"""
