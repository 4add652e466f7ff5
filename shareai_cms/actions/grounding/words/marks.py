"""Certifications, seals and what is claimed like one, in the form of ``materials``.

A name in capitals is one in capitals alone: "CE" is no French "ce".
"""

from __future__ import annotations

CERTIFICATIONS = """
ce | CE, CE marked, CE mark, CE certified | CE, CE-Kennzeichen, CE-Zeichen | CE, marquage CE | CE, marcado CE | CE
fsc | FSC, FSC certified, forest stewardship council | FSC, FSC-zertifiziert | FSC | FSC | FSC
msc | MSC, marine stewardship council | MSC | MSC | MSC | MSC
asc | ASC, aquaculture stewardship council | ASC | ASC | ASC | ASC
pefc | PEFC | PEFC | PEFC | PEFC | PEFC
gots | GOTS, global organic textile standard | GOTS | GOTS | GOTS | GOTS
grs | GRS, global recycled standard | GRS | GRS | GRS | GRS
rds | RDS, responsible down standard | RDS | RDS | RDS | RDS
rws | RWS, responsible wool standard | RWS | RWS | RWS | RWS
oeko-tex | oeko tex, oeko tex standard 100, standard 100 by oeko tex, oekotex, öko tex | oeko tex, öko tex, oekotex, ökotex, oeko tex standard 100, standard 100 by oeko tex, standard 100 | oeko tex, oekotex, oeko tex standard 100, standard 100 | oeko tex, oekotex, oeko tex standard 100, standard 100 | أويكو تكس, oeko tex
bluesign | bluesign | bluesign | bluesign | bluesign | bluesign
gs | GS mark, GS tested | GS, GS-Zeichen, geprüfte Sicherheit | GS | GS | GS
tuv | TÜV, TUV | TÜV, TÜV-geprüft | TÜV, TUV | TÜV, TUV | TÜV
ul | UL listed, UL certified, UL | UL | UL | UL | UL
etl | ETL listed, ETL | ETL | ETL | ETL | ETL
rohs | RoHS, ROHS | RoHS | RoHS | RoHS | RoHS
reach | REACH | REACH | REACH | REACH | REACH
fda | FDA, FDA approved | FDA | FDA | FDA | FDA
lfgb | LFGB | LFGB | LFGB | LFGB | LFGB
blue-angel | blue angel | blauer Engel, blauen Engel, blaue Engel | ange bleu | ángel azul | الملاك الأزرق
eu-ecolabel | EU ecolabel, ecolabel, european ecolabel | EU Ecolabel, Ecolabel, Umweltzeichen, EU-Umweltzeichen | écolabel européen, écolabel, ecolabel | ecolabel, etiqueta ecológica europea, etiqueta ecológica | العلامة البيئية الأوروبية
nordic-swan | nordic swan | nordischer Schwan | cygne nordique | cisne nórdico |
energy-star | energy star | energy star | energy star | energy star | energy star
fairtrade | fairtrade, fair trade | Fairtrade, fair gehandelt, fairer Handel | commerce équitable, équitable, fairtrade | comercio justo, fairtrade | التجارة العادلة
b-corp | b corp | b corp | b corp | b corp | b corp
cradle | cradle to cradle | cradle to cradle | cradle to cradle | cradle to cradle | cradle to cradle
leaping-bunny <cruelty-free | leaping bunny | leaping bunny | leaping bunny | leaping bunny | leaping bunny
cruelty-free | cruelty free, not tested on animals | tierversuchsfrei, ohne Tierversuche | non testé sur les animaux, cruelty free | libre de crueldad, no testado en animales, cruelty free | خال من القسوة
vegan | vegan | vegan | végan, vegan, végane | vegano | نباتي
organic | organic, organically grown, organic cotton, usda organic, certified organic | Bio, biologisch angebaut, aus biologischem Anbau, Bio-Baumwolle, Biobaumwolle, Bio-Siegel, kontrolliert biologischer Anbau, kbA | biologique, bio, issu de l'agriculture biologique, agriculture biologique | ecológico, orgánico, agricultura ecológica | عضوي, عضوية
halal | halal | halal | halal | halal | حلال
kosher | kosher | koscher | casher, kasher | kosher | كوشر
bpa-free | BPA free, bpa free, free of bpa, free from bpa, without bpa | BPA frei, bpafrei, ohne BPA, frei von BPA | sans BPA | sin BPA, libre de BPA | خال من BPA
gluten-free | gluten free | glutenfrei | sans gluten | sin gluten | خال من الغلوتين
dermatologically-tested | dermatologically tested | dermatologisch getestet, hautärztlich getestet | testé dermatologiquement, testé sous contrôle dermatologique | dermatológicamente probado, testado dermatológicamente, probado dermatológicamente | مختبر من أطباء الجلد
hypoallergenic | hypoallergenic | hypoallergen, antiallergen | hypoallergénique | hipoalergénico | مضاد للحساسية
climate-neutral | climate neutral, carbon neutral, co2 neutral | klimaneutral, CO2-neutral, klimaneutral hergestellt | neutre en carbone, neutralité carbone | neutro en carbono, carbono neutral | محايد كربونيا
food-safe | food safe, food grade | lebensmittelecht, lebensmittelsicher | qualité alimentaire, apte au contact alimentaire | apto para alimentos, grado alimentario | آمن غذائيا
hallmarked | hallmarked | punziert | poinçonné | contrastado |
patented | patented, patent pending | patentiert, Patent | breveté | patentado | مسجل براءة اختراع
award | award winning, award-winning, red dot award, if design award, red dot | preisgekrönt, Red Dot, ausgezeichnet mit, Testsieger, Stiftung Warentest | primé, récompensé par, élu produit de l'année | premiado, galardonado, galardonada | حائز على جائزة
certified | certified, certification, certificate | zertifiziert, Zertifikat, Zertifizierung, Prüfsiegel, Gütesiegel | certifié, certification, labellisé | certificado, certificación | معتمد, شهادة
"""
#: Any of these carries the word "certified" along.
_CERTIFYING = "ce fsc pefc msc asc gots grs rds rws oeko-tex bluesign gs tuv ul etl blue-angel eu-ecolabel energy-star fairtrade b-corp"
CERTIFYING = frozenset(_CERTIFYING.split())
