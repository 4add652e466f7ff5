"""Brands that many shops sell, and capitalised words that are none.

A brand's name has to stand with a capital. Names that are everyday words of a language stand here only where they
are rarely meant otherwise.
"""

from __future__ import annotations

_BRANDS = """
Adidas|Nike|Puma|Reebok|Asics|New Balance|Under Armour|Vans|Converse|Skechers|Timberland|Birkenstock|Dr Martens|Clarks|
Salomon|The North Face|Patagonia|Jack Wolfskin|Columbia Sportswear|Mammut|Vaude|Deuter|Fjällräven|Helly Hansen|Levi's|Levis|Wrangler|
Hugo Boss|Calvin Klein|Tommy Hilfiger|Ralph Lauren|Lacoste|Gucci|Prada|Chanel|Dior|Hermès|Louis Vuitton|Burberry|Versace|
Armani|Zara|Primark|Uniqlo|Esprit|Tom Tailor|Marc O'Polo|Desigual|Swarovski|Pandora|Tiffany|Cartier|Rolex|Omega Seamaster|Casio|
Seiko|Swatch|Fossil Group|Garmin|Fitbit|Polar Electro|Suunto|Ray-Ban|Oakley|Samsonite|Rimowa|Eastpak|Samsung|Sony|Panasonic|Philips|
LG Electronics|Bose|Sennheiser|JBL|Bang & Olufsen|Sonos|Marshall|Beats by Dre|Apple|iPhone|iPad|MacBook|AirPods|Huawei|Xiaomi|Nokia|Motorola|
OnePlus|Lenovo|Asus|Acer|Dell|Hewlett Packard|Microsoft|Google|Amazon|Alexa|Kindle|Logitech|Razer|Nintendo|PlayStation|Xbox|Canon|
Nikon|Fujifilm|Leica|GoPro|DJI|Bosch|Siemens|Miele|AEG|Electrolux|Whirlpool|Bauknecht|Gorenje|Beko|Haier|Dyson|Vorwerk|Thermomix|
Kärcher|Makita|DeWalt|Metabo|Festool|Black & Decker|Stihl|Husqvarna|Gardena|Fiskars|Einhell|Hilti|Stanley|WMF|Zwilling|Villeroy & Boch|
Rosenthal|Meissen|Alessi|Le Creuset|Staub|Tefal|Fissler|Silit|Krups|DeLonghi|De'Longhi|Nespresso|Dolce Gusto|Jura|Melitta|Moulinex|KitchenAid|
Kenwood|Braun|Oral-B|Gillette|Nivea|Eucerin|L'Oréal|Garnier|Maybelline|Dove|Weleda|Lavera|Sebamed|La Roche-Posay|Vichy|Clinique|Estée Lauder|
Lancôme|Shiseido|Yves Rocher|Head & Shoulders|Pantene|Pampers|Chicco|Maxi-Cosi|Britax|Bugaboo|Stokke|Playmobil|Lego|Ravensburger|Mattel|
Barbie|Hasbro|Fisher-Price|Steiff|Schleich|Haba|Brio|Ikea|Vitra|Knoll International|Herman Miller|Kartell|Hay Design|Muuto|Tempur|Emma Matratze|Casper|
Volkswagen|Mercedes|Mercedes-Benz|BMW|Audi|Porsche|Toyota|Honda|Yamaha|Kawasaki|Ducati|Harley-Davidson|Michelin|Pirelli|Continental|Shimano|Brompton|Tesla|
Coca-Cola|Pepsi|Nestlé|Lindt|Milka|Haribo|Ferrero|Nutella|Barilla|Kellogg's|Heinz|Lipton|Twinings|Lavazza|Illy|Tchibo|Dallmayr|Evian|
Gore-Tex|Vibram|Primaloft|Thinsulate|Polartec|Cordura|Velcro|Tupperware|Moleskine|Montblanc|Parker Pens|Faber-Castell|Staedtler|Stabilo|Leuchtturm1917|
Zippo|Victorinox|Leatherman|Opinel|Yeti|Hydro Flask|SodaStream|Brita|Weber Grill|Traeger|Decathlon|Quechua|Speedo|Arena Swim|Wilson Tennis|Babolat|Burton Snowboards|Atomic Ski|
Peloton|Playtex|Triumph|Hanro|Wolford|Falke|Calida|Schiesser|Petit Bateau|Lancaster|Longchamp|Michael Kors|Coach New York|Furla|Zott
"""
BRANDS = tuple(name.strip() for name in _BRANDS.replace("\n", "").split("|") if name.strip())

_PROPER = """
i january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday christmas easter halloween valentine valentine's mother's father's new year spring summer autumn winter
european europe german germany french france spanish spain italian italy british britain english england scottish scotland irish ireland
welsh wales scandinavian scandinavia nordic danish denmark swedish sweden norwegian norway finnish finland dutch netherlands belgian belgium
swiss switzerland austrian austria portuguese portugal polish poland czech greek greece turkish turkey russian japanese japan chinese china
korean korea indian india asian asia african africa american america usa uk eu us moroccan morocco arabic persian mediterranean
parisian alpine baltic atlantic pacific victorian edwardian georgian gothic baroque bauhaus art deco nouveau renaissance
bluetooth wi fi wifi usb led lcd oled hdmi nfc gps qr diy diy's pdf app ios android windows internet
allemand allemande allemagne français française europe européen européenne italien italienne italie espagnol espagne noël pâques
lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre novembre décembre
suisse belge belgique portugais scandinave japonais méditerranée afrique asie amérique
navidad pascua reyes enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre españa español española
alemania italia francia portugal europa mediterráneo áfrica asia américa japón san santa
mr mrs ms dr no ok tv pc dvd cd bbq
"""
#: Capitalised in the middle of a sentence, and no brand.
PROPER = frozenset(_PROPER.split())
