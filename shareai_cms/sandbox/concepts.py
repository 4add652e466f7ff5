"""Groups of general words that mean nearly the same, a line each, for the embeddings.

They are everyday words of websites, written down once and never fitted to anybody's pages or queries.
"""

from __future__ import annotations

_GROUPS = """
buy purchase order shop store checkout cart basket kaufen bestellen einkauf laden geschäft warenkorb kasse شراء متجر
sell sale offer discount bargain voucher verkaufen verkauf angebot rabatt gutschein بيع عرض خصم
price cost fee charge expense tariff preis kosten gebühr سعر تكلفة
cheap inexpensive affordable budget low günstig billig preiswert رخيص
expensive costly luxury premium teuer edel luxus غال
free gratis complimentary kostenlos umsonst gratis مجاني
pay payment invoice bill card bank zahlen bezahlung rechnung karte دفع فاتورة
money cash currency coin geld bargeld währung مال نقود
deliver delivery ship shipping dispatch parcel post courier liefern lieferung versand paket توصيل شحن
return refund exchange replace rückgabe erstattung umtausch إرجاع استرداد
customer client guest visitor kunde kundin gast besucher عميل زائر
help support assist advice service hilfe beratung unterstützung مساعدة دعم
question ask answer faq reply frage antwort سؤال جواب
contact call phone telephone email write kontakt anrufen telefon schreiben اتصال هاتف
open opening hours time schedule timetable öffnen öffnungszeiten zeiten fahrplan أوقات ساعات
close closed shut shutdown geschlossen schließen zu مغلق
begin start commence launch opening beginnen anfangen start بداية
end finish stop complete ende schluss aufhören نهاية
day morning evening night noon tag morgen abend nacht يوم صباح مساء ليل
week month year season woche monat jahr saison أسبوع شهر سنة
spring summer autumn fall winter frühling sommer herbst فصل صيف شتاء
weather rain snow wind storm sun forecast wetter regen schnee sturm sonne طقس مطر ريح
warm hot heat heating cosy warm heiß hitze heizung حار دافئ
cold cool freeze freezing chilly ice kalt kühl frost eis بارد
water sea ocean lake river coast beach shore wasser meer see fluss küste strand ماء بحر نهر
boat ship ferry harbour harbor port sail boot schiff fähre hafen segel قارب ميناء
mountain hill valley cliff peak berg hügel tal klippe جبل
forest tree wood park garden plant flower wald baum holz garten pflanze blume غابة شجرة حديقة
animal dog cat pet bird fish horse tier hund katze vogel fisch pferd حيوان
walk hike trail path stroll wander wandern weg spaziergang pfad مشي طريق
travel trip journey tour holiday vacation reise fahrt ausflug urlaub سفر رحلة
hotel room stay accommodation lodging bed zimmer unterkunft übernachtung bett فندق غرفة
map route direction address location karte weg anfahrt adresse ort خريطة عنوان
car drive vehicle parking road auto fahren fahrzeug parken straße سيارة
train bus station ticket rail zug bahn bahnhof fahrkarte قطار تذكرة
bicycle bike cycle cycling ride fahrrad rad radfahren دراجة
food eat meal restaurant dinner lunch breakfast kitchen essen mahlzeit gericht küche frühstück طعام مطعم
cook recipe bake baking kochen rezept backen طبخ
drink coffee tea wine beer juice getränk kaffee wein bier saft شراب قهوة
bread cake biscuit pastry brot kuchen keks gebäck خبز
health doctor medicine hospital ill illness disease gesundheit arzt medizin krankenhaus krank صحة طبيب
sport fitness exercise train training gym yoga run running übung laufen رياضة
child kid baby family parent mother father kind familie eltern mutter vater طفل عائلة
friend neighbour people person community freund nachbar menschen leute صديق ناس
house home building flat apartment haus wohnung gebäude heim بيت منزل
repair fix mend maintain maintenance broken reparieren reparatur wartung kaputt إصلاح
clean wash cleaning laundry soap sauber waschen reinigung نظيف غسل
build construct construction make create craft bauen bau herstellen handwerk بناء صنع
tool machine device equipment engine werkzeug maschine gerät motor أداة آلة
furniture chair table sofa desk shelf möbel stuhl tisch regal أثاث كرسي طاولة
clothes clothing wear dress shirt coat jacket shoe kleidung tragen kleid hemd mantel jacke schuh ملابس
colour color red blue green yellow white black farbe rot blau grün gelb weiß schwarz لون
big large huge great wide groß riesig breit كبير
small little tiny mini compact klein winzig صغير
fast quick rapid speed express schnell rasch eilig سريع
slow calm quiet silent peaceful langsam ruhig still leise بطيء هادئ
light lamp bright shine lighthouse licht lampe hell leuchten leuchtturm ضوء مصباح
dark shadow dim dunkel schatten مظلم
new modern fresh latest recent neu modern frisch aktuell جديد
old ancient historic history past antique alt historisch geschichte vergangenheit قديم تاريخ
beautiful pretty lovely nice attractive schön hübsch جميل
good excellent best great quality gut beste hervorragend qualität جيد
bad poor worst terrible damage schlecht schlimm schaden سيئ
safe safety secure security protect sicher sicherheit schutz أمان
danger dangerous risk hazard warning gefahr gefährlich risiko warnung خطر
rule law policy regulation terms regel gesetz vorschrift bedingungen قانون
work job career employment office arbeit beruf stelle büro عمل وظيفة
company business firm enterprise trade firma unternehmen betrieb handel شركة
team staff employee colleague mitarbeiter kollege فريق موظف
school learn lesson course teach teacher study student schule lernen kurs lehrer unterricht studium مدرسة تعليم
book read novel story library guide buch lesen roman bibliothek führer كتاب قراءة
write author text letter word schreiben autor brief wort كتابة
print printing press paper page drucken druck papier seite طباعة ورق
news article newspaper report blog nachricht artikel zeitung bericht أخبار
picture photo image photograph camera bild foto kamera صورة
film movie video cinema watch kino فيلم
music song concert sing instrument musik lied konzert singen موسيقى
art paint painting draw drawing museum exhibition gallery kunst malen zeichnen ausstellung galerie فن معرض
game play toy fun spiel spielen spielzeug spaß لعبة
party event festival celebrate celebration feier fest veranstaltung حفل مهرجان
gift present surprise geschenk هدية
computer software app program laptop rechner programm حاسوب
internet web website online network netz netzwerk webseite شبكة موقع
data information statistics number daten information zahl بيانات معلومات
search find look seek discover suchen finden entdecken بحث
size dimension length width height weight measure größe länge breite höhe gewicht مقاس حجم
material cotton wool leather metal steel glass plastic baumwolle wolle leder metall stahl glas قماش معدن
energy electricity power battery charge solar energie strom akku كهرباء طاقة
environment nature climate sustainable recycle green umwelt natur klima nachhaltig بيئة طبيعة
farm farmer agriculture field harvest crop bauernhof landwirtschaft feld ernte مزرعة
government state city council mayor public regierung staat stadt rat öffentlich حكومة مدينة
member join membership register subscribe account mitglied beitreten anmelden konto عضو حساب
volunteer donate donation charity ehrenamt spende ehrenamtlich تبرع
meeting appointment booking reserve reservation termin treffen buchung reservieren موعد حجز
science research experiment laboratory theory wissenschaft forschung labor علم بحث
"""


def _grouped() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for word in dict.fromkeys(line.split()):
            found[word] = (*found.get(word, ()), number)
    return found


#: The groups of each word; a few words stand in two.
CONCEPTS = _grouped()
#: Endings taken off for the concepts, longest first; enough for plurals and the commonest forms.
ENDINGS = ("ungen", "ings", "ing", "ers", "ies", "ung", "est", "en", "es", "ed", "er", "e", "s", "n", "t")


def concepts_of(word: str) -> tuple[int, ...]:
    """The groups of a word, or of what is left of it without its ending."""
    if word in CONCEPTS:
        return CONCEPTS[word]
    for ending in ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        # "baking" → "bak" → "bake"; "stopping" → "stopp" → "stop"; "stories" → "stor" → "story".
        for candidate in (stem, f"{stem}e", f"{stem}y", stem[:-1] if stem[-1] == stem[-2] else stem):
            if candidate in CONCEPTS:
                return CONCEPTS[candidate]
    return ()
