"""Graded texts that the vocabularies were made with: facts, and what was written from them.

``[oak]`` is a value that the facts support, ``{material|pine}`` one that was planted. A line is
``facts' language > text's language | facts | text``.
"""

from __future__ import annotations

CASES = """
en>en | Table, 120 x 60 cm, 12 kg. | This table measures [120 x 60 cm] and weighs {number|15 kg}.
en>en | Table, 120 cm long. | A table of [1.2 m], or [47.2 inches], in length.
en>en | Table, 120 cm long. | A table of [1200 mm], which is {number|49 inches}.
en>en | Bag. Weight: 1.5 kg. Volume: 20 l. | It weighs [1500 g] and holds [20 litres], not {number|25 litres}.
en>en | Kettle, 1.7 l, 2200 W. | A kettle for [1.7 litres] with [2.2 kW] and {unit|2200 V}.
en>en | Power bank with 10,000 mAh. | [10 Ah] in your pocket, good for {number|12 charges}.
en>en | Power bank with 10,000 mAh. | [10000 mAh] for long days and {number|20 hours} of music.
en>en | Rope, 10 m, load up to 80 kg. | Ten metres? Yes: [10 m], for loads of up to [80 kg] and never {unit|80 lb}.
en>en | Warranty: 2 years. | With a warranty of [24 months], and not {number|5 years}.
en>en | Freezer down to -18 °C. | It keeps [18 °C] below zero; that is cold. Its alarm rings at {number|25 °C}.
en>en | Oven up to 250 °C. | Bakes at up to [482 °F], faster than at {number|300 °C}.
en>en | Chest with 3 drawers and 4 legs. | A chest with [three drawers] on [four legs].
en>en | Chest with 3 drawers and 4 legs. | A chest with {number|four drawers} for your linen press.
en>en | Set of 6 glasses. | You get [6 glasses], enough for {number|8 guests}.
en>en | A lamp for the desk. | Three reasons to love it: it is small, it is light, it is yours.
en>en | A lamp for the desk. | Two things matter in a lamp. This one has {number|three arms}.
en>en | A lamp for the desk. | Trusted by {number|10,000 customers} and {number|thousands} of offices.
en>en | Screen, 27 inches, 75 Hz. | A [27-inch] screen with [75 Hz] and {number|144 Hz}.
en>en | Hose, ½ inch, 15 m. | A hose of [1/2 inch] and [15 m], with {number|4 fittings}.
en>en | Notebook, A5, 120 pages of 90 g/m². | [A5], [120 pages] of {number|100 g/m²}.
en>en | Shirt in sizes S to XL, 100 % cotton. | A [cotton] shirt in [size M] and {size|size 3XL}.
en>en | Shirt in sizes S to XL, 100 % cotton. | [100% cotton], available from [S to XL].
en>en | Boots, sizes 36-42. | Boots in [size 38], but not in {size|size 45}.
en>en | Duvet cover, king size. | For [king-size] beds, also sold as {size|queen size}.
en>en | T-shirt, EU 40. | Cut in [EU 40], like a {size|UK 18}.
en>en | Solid oak table, oiled. | A [wooden] table of [solid oak] with a {material|marble} top.
en>en | Solid oak table, oiled. | Made of [oak], finished with {material|brass} details and {colour|black} edges.
en>en | Steel bottle, black, 0.5 l. | A [black] bottle of [steel] for [500 ml], lined with {material|ceramic}.
en>en | Steel bottle, black, 0.5 l. | A bottle of {material|stainless steel}, matt [black].
en>en | Faux leather bag in brown. | A [brown] bag of [faux leather].
en>en | Faux leather bag in brown. | A [brown] bag of genuine {material|leather}.
en>en | Oak effect shelf. | A shelf with [oak effect], warm and quiet.
en>en | Oak effect shelf. | A shelf of {material|oak}, warm and quiet.
en>en | Gold-plated earrings. | [Gold-plated] earrings, almost like {material|solid gold}.
en>en | Wool blanket, grey and white. | A blanket of [wool] in [grey] and [white], soft as {material|cashmere}.
en>en | Merino sweater, navy. | A [blue] sweater of fine [wool].
en>en | Merino sweater, navy. | A {colour|light blue} sweater of [merino wool] for {colour|green} days.
en>en | Opener for tins. | A tin opener with a handle that fits the hand.
en>en | Opener for tins. | A tin opener of {material|iron}. Use it on a tin of beans.
en>en | Juicer with a bowl. | Fresh orange juice in the morning, and green tea in the afternoon.
en>en | Juicer with a bowl. | For orange juice, in bright {colour|orange}.
en>en | Rain coat in yellow. | Every cloud has a silver lining, and this [yellow] coat keeps you dry.
en>en | Rain coat in yellow. | A [yellow] coat with a {material|silver} clasp.
en>en | Whisky glass by a family in Ireland. | It comes from Cork, where the family works.
en>en | Trivet, round. | A trivet of {material|cork}, round and quiet.
en>en | Iron-on patch, cotton. | A [cotton] patch: iron on, do not iron over it twice.
en>en | Mug, dishwasher safe. | A mug of {material|porcelain}, {certification|BPA-free} and [dishwasher] safe.
en>en | Towel, OEKO-TEX Standard 100, 500 g/m². | A towel certified to [OEKO-TEX Standard 100], with [500 gsm].
en>en | Towel, 500 g/m². | A towel with {certification|OEKO-TEX} seal and {certification|GOTS} dreams.
en>en | Toy car of beech. FSC. | An [FSC] [certified] car of [beech], tested to {certification|EN 71-3}.
en>en | Lamp, IP44. | A lamp with [IP44] for the garden, not {certification|IP67}.
en>en | Soap with oil. | A {certification|vegan} soap, {certification|cruelty-free} and {certification|award-winning}.
en>en | Fridge, energy class C. | A fridge of [energy class C], not {certification|energy class A}.
en>en | Bike lamp by Lumora, CE. | The [Lumora] lamp bears the [CE] mark and fits {brand|Shimano} hubs.
en>en | Cup. | A cup as you know it from {brand|Villeroy & Boch} and from the makers at {brand|Velmora}.
en>en | Blender by Kestrel. | The [Kestrel] blender beats what {brand|Bosch} sells.
en>en | Jacket. | A jacket with a {brand|Gore-Tex} membrane, designed by {brand|Norvik Studio}.
en>en | Candle of soy wax, burns 40 hours. | A candle of [soy wax] that burns for [40 hours], in {material|glass}.
en>en | Lunch box, plastic-free. | Without {material|leather-free} tricks: a box for lunch.
en>en | Pan, diameter 28 cm. | A pan of [11 inches], [28 cm] wide, {number|5 cm} deep.
en>en | Rug 2 x 3 m, jute. | A rug of [jute], [200 x 300 cm].
en>en | Rug 2 x 3 m, jute. | A rug of [jute], {size|160 x 230 cm}.
en>en | Model X200 vacuum. | The [X200] cleans more than the {number|X300}.
de>de | Tisch, Eiche massiv, 180 x 90 cm, 45 kg. | Ein [Eichentisch] von [1,8 m] x [0,9 m], [45 kg] schwer.
de>de | Tisch, Eiche massiv, 180 x 90 cm, 45 kg. | Ein Tisch aus {material|Buchenholz} mit Beinen aus {material|Stahl}.
de>de | Wasserkocher 1,7 l. Farbe: Weiß. | Fasst [1,7 Liter], in [weißem] Gehäuse aus {material|Edelstahl}.
de>de | Wolldecke grau 150 x 200 cm. | Eine [graue] Decke aus [Wolle], [150 × 200 cm].
de>de | Wolldecke grau 150 x 200 cm. | Eine {colour|dunkelgrüne} Decke, {certification|OEKO-TEX}-zertifiziert oder nicht.
de>de | Hose, Baumwolle, Größen 46 bis 56. | Eine [Baumwollhose] in [Größe 50], nicht in {size|Größe 60}.
de>de | Preis für 1.500 Stück. | [1500 Stück] liegen bereit, dazu {number|250 Muster}.
de>de | Lampe. | Zwei Gründe sprechen für diese Lampe: Sie ist hell, und sie ist leise. Zinnober gibt es nicht.
de>de | Lampe. | Mehr als {number|10.000 Kunden} vertrauen auf sie, {number|Tausende} lieben sie.
de>de | Schuhe aus Leder, braun. | [Braune] [Lederschuhe] mit einer Sohle aus {material|Gummi}.
de>de | Orangenpresse. | Orangensaft am Morgen, grüner Tee am Abend.
de>de | Orangenpresse. | Orangensaft am Morgen, die Presse ist {colour|orange}.
de>de | Korkenzieher. | Ein Korkenzieher für jede Flasche, ein Griff aus {material|Nussbaum}.
de>de | Schrank mit zwei Türen. | Ein [zweitüriger] Schrank mit {number|drei Böden}.
de>de | Topf. 5 Jahre Garantie. | Mit [5-jähriger Garantie] und Deckel aus {material|Glas}.
de>de | Kissen. | Ein Kissen der Marke {brand|Velmora}, {certification|TÜV}-geprüft.
de>en | Tisch aus Eiche, weiß, 120 cm. | A [white] table of [oak], [120 cm] long, with {material|pine} legs.
de>en | Hemd aus Baumwolle, dunkelblau, Gr. M bis XL. | A [dark blue] [cotton] shirt in [size L].
de>fr | Tisch aus Eiche, weiß, 120 cm. | Une table [blanche] en [chêne], [1,2 m] de long, {colour|rouge}.
de>es | Jacke aus Leder, schwarz. | Una chaqueta de [cuero] [negra] con botones de {material|plata}.
en>de | Oak table, white legs, 12 kg. | Ein [Eichentisch] mit [weißen] Beinen, [12 kg], aus {material|Ahorn}.
en>de | Stainless steel pot, 3 l. | Ein Topf aus [Edelstahl], [3 Liter], {unit|3 kg}.
en>fr | Wool coat, red, sizes 36 to 44. | Un manteau de [laine] [rouge], [taille 38], {size|taille 50}.
en>fr | Wool coat, red. | Un manteau [rouge] en {material|soie}, {number|trois poches}.
en>es | Cotton dress, green, 100 % cotton. | Un vestido [verde] de [algodón], {certification|vegano}.
en>ar | Oak table, white, 120 cm. | طاولة من [البلوط] باللون [الأبيض] بطول [١٢٠ سم] و{material|زجاج} فوقها.
ar>en | طاولة من خشب البلوط، لون أبيض، 120 سم. | A [white] table of [oak], [1.2 m], with {colour|black} legs.
fr>fr | Chaise en hêtre, verte, 45 cm. | Une chaise [verte] en [hêtre], haute de [45 cm], avec {number|4 roulettes}.
fr>fr | Chaise en hêtre, verte, 45 cm. | Une chaise en {material|chêne}, {colour|bleue}.
fr>fr | Presse-agrumes. | Un jus d'orange le matin, un thé vert le soir : deux raisons de sourire.
fr>fr | Bague plaqué or. | Une bague [plaquée or], pas en {material|argent}.
fr>fr | Bouteille 0,75 l, 1 200 g. | [75 cl] et [1,2 kg], dont {number|300 g} pour le bouchon.
fr>en | Pull en laine mérinos, bleu marine. | A [navy] sweater of [merino wool], {colour|grey} inside.
es>es | Mesa de roble, 80 cm, negra. | Una mesa [negra] de [roble], de [80 cm], con {material|mármol}.
es>es | Exprimidor. | Zumo de naranja por la mañana y té verde por la tarde.
es>es | Bolso de piel marrón. | Un bolso [marrón] de [piel], {colour|rojo} por dentro.
es>en | Botas de cuero negras, tallas 36 a 41. | [Black] boots of [leather] in [size 40] and {size|size 44}.
es>de | Lámpara de vidrio, 40 W. | Eine Lampe aus [Glas] mit [40 W] und {number|60 lm}.
en>en | Hose, 25 m. Pressure 8 bar. | [25 m] of hose for [8 bar], not {unit|8 psi} and not {unit|25 ft}.
en>en | Charger, 65 W. | A charger of [65 watts], or {unit|65 A} as some say.
en>en | Watch, water resistant, 24 months warranty. | With {unit|24 years} of warranty, or [2 years].
en>en | Fan, 45 dB, 1200 rpm. | It whispers at [45 dB] and [1200 rpm], or {unit|45 Hz}.
de>de | Kanister 10 l, 800 g. | Der Kanister fasst [10 Liter] und wiegt [800 g], nicht {unit|10 kg}.
de>de | Kabel 3 m. | Ein Kabel von [3 m], nicht von {unit|3 cm}.
fr>fr | Cadre 30 cm. | Un cadre de [30 cm], et non de {unit|30 mm}.
es>es | Botella 750 ml. | Una botella de [0,75 l], no de {unit|750 l}.
en>en | Size: 34 × 17 cm | A lantern of [34 x 17 cm], not {size|44 x 17 cm}.
en>en | Three flashes meant come, two meant wait. | [Three flashes] meant come, and {number|four flashes} nothing.
"""
