"""Units of measure with their names in the five languages."""

from __future__ import annotations

#: Kind, factor, system, and all names; a name in ``CASED`` is heeded as it is written.
UNITS = """
length 0.001 metric | mm millimetre millimetres millimeter millimeters millimètre millimètres milímetro milímetros ملم مم مليمتر
length 0.01 metric | cm centimetre centimetres centimeter centimeters zentimeter zentimetern centimètre centimètres centímetro centímetros سم سنتيمتر
length 0.1 metric | dm dezimeter
length 1 metric | m metre metres meter meters metern mètre mètres metro metros متر أمتار
length 1000 metric | km kilometre kilometres kilometer kilometers kilometern kilomètre kilomètres kilómetro kilómetros كم كيلومتر
length 0.000001 metric | µm μm micron microns mikron mikrometer
length 0.0254 imperial | inch inches zoll pouce pouces pulgada pulgadas " بوصة بوصات
length 0.3048 imperial | ft foot feet fuß pied pieds pie pies قدم
length 0.9144 imperial | yd yard yards
length 1609.344 imperial | mile miles meile meilen
mass 0.000001 metric | mg milligram milligrams milligramm milligramme milligrammes miligramo miligramos ملغ ملغم
mass 0.001 metric | g gr gram grams gramme grammes gramm gramo gramos غ غرام جرام غم
mass 1 metric | kg kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramo kilogramos كغ كجم كيلوغرام كيلوجرام كيلو
mass 1000 metric | t tonne tonnes tonnen ton tons tonelada toneladas طن
mass 0.028349523125 imperial | oz ounce ounces unze unzen once onces onza onzas أونصة
mass 0.45359237 imperial | lb lbs pound pounds pfund livre livres libra libras رطل
volume 0.001 metric | ml millilitre millilitres milliliter milliliters millilitern mililitro mililitros مل مليلتر
volume 0.01 metric | cl centilitre centilitres zentiliter centilitro centilitros
volume 0.1 metric | dl deciliter deziliter
volume 1 metric | l ltr litre litres liter liters litern litro litros لتر لترات
volume 1000 metric | m³ cbm kubikmeter
volume 0.0295735 imperial | fl.oz fl.oz. floz
volume 3.785411784 imperial | gal gallon gallons gallone galón galones
volume 0.473176473 imperial | pint pints
volume 0.24 cup | cup cups
area 0.0001 metric | cm² qcm
area 1 metric | m² sqm qm quadratmeter quadratmetern متر²
area 0.09290304 imperial | ft² sqft
grammage 1 metric | g/m² gsm g/qm g/m2
speed 1 metric | km/h kmh km/std kph كم/س
speed 1.609344 imperial | mph
power 1 metric | W watt watts vatio vatios واط وات
power 1000 metric | kW kilowatt kilowatts كيلوواط
power 735.49875 metric | PS
power 745.69987 imperial | hp
voltage 1 metric | V volt volts voltios voltio فولت
voltage 0.001 metric | mV
current 1 metric | A amp amps ampere ampère ampères amperio amperios أمبير
charge 1 metric | mAh
charge 1000 metric | Ah
energy 1 metric | Wh
energy 1000 metric | kWh
frequency 1 metric | Hz hertz هرتز
frequency 1000 metric | kHz
frequency 1000000 metric | MHz
frequency 1000000000 metric | GHz
data 1 metric | KB kb
data 1000 metric | MB megabyte megabytes
data 1000000 metric | GB gigabyte gigabytes Go جيجابايت
data 1000000000 metric | TB terabyte terabytes
pixels 1 metric | px pixel pixels
megapixels 1 metric | MP megapixel megapixels
resolution 1 metric | dpi ppi
pressure 1 metric | bar bars بار
pressure 0.0689476 imperial | psi
pressure 0.00001 metric | Pa
torque 1 metric | Nm
sound 1 metric | dB decibel decibels dezibel ديسيبل
light 1 metric | lm lumen lumens lúmenes لومن
colour-temperature 1 metric | K kelvin
turning 1 metric | rpm U/min
weave 1 metric | denier
fineness 1 metric | karat carat carats ct quilates قيراط
percent 1 metric | % percent prozent percento pourcent ٪
angle 1 metric | ° degree degrees grad degré degrés grado grados
clock 1 metric | s sec secs second seconds sekunde sekunden seconde secondes segundo segundos ثانية ثواني
clock 60 metric | min mins minute minutes minuten minuto minutos دقيقة دقائق
clock 3600 metric | h hr hrs hour hours stunde stunden stündig stündige std heure heures hora horas ساعة ساعات
clock 86400 metric | day days tag tage tagen tägig tägige tägigen jour jours día días يوم أيام
clock 604800 metric | week weeks woche wochen semaine semaines semana semanas أسبوع أسابيع
calendar 1 metric | month months monat monate monaten mois mes meses شهر أشهر
calendar 12 metric | year years yr yrs jahr jahre jahren jährig jährige jähriger jährigen jähriges an ans année années año años سنة سنوات عام
money-eur 1 metric | € eur euro euros يورو
money-usd 1 metric | $ usd dollar dollars
money-gbp 1 metric | £ gbp
lux 1 metric | lx lux
radio 1 metric | dBi
"""
#: Single letters and codes whose case tells them from words.
_CASED = "W V A K PS MP MB GB TB KB Go Hz kHz MHz GHz Wh kWh mAh Ah Pa Nm dB lm mV kW m g l t s h L KG CM MM ML"
CASED = frozenset(_CASED.split())
