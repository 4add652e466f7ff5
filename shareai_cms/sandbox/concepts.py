"""General words by topic, and within each topic the sets of words that mean nearly the same, for the embeddings.

They are everyday words of websites and of the world, field by field as dictionaries of synonyms have them. How much
they weigh in a vector was chosen with the demo's graded searches in view, which therefore do not judge them.
"""

from __future__ import annotations

import re

#: A topic begins at the margin; a line divides its sets.
_TOPICS = """
buy purchase acquire order kaufen einkaufen bestellen bestellung شراء طلب | shop store laden geschäft متجر | cart
    basket checkout warenkorb kasse
sell verkaufen verkauf بيع | sale offer discount bargain angebot rabatt عرض خصم | voucher coupon gutschein
price cost preis kosten سعر تكلفة | fee charge tariff gebühr tarif | expense ausgabe
cheap inexpensive affordable günstig billig preiswert رخيص | budget
expensive costly pricey dear teuer kostspielig غال | luxury premium edel luxus
free gratis complimentary kostenlos umsonst gratis مجاني
pay payment zahlen bezahlen zahlung bezahlung دفع | invoice bill rechnung فاتورة | card bank karte konto
money cash geld bargeld مال نقود | currency coin währung münze | wage salary income lohn gehalt einkommen | debt loan
    credit schuld kredit darlehen
deliver delivery ship shipping shipment dispatch liefern lieferung versand versenden توصيل شحن | parcel package paket
    päckchen | post mail courier briefkasten kurier
return refund rückgabe zurückgeben erstattung إرجاع استرداد | exchange replace replacement umtausch ersatz
customer client kunde kundin عميل | guest visitor gast besucher زائر | visit visiting besuch besuchen
help support aid assist assistance hilfe unterstützung helfen مساعدة دعم | advice advise beratung rat | service dienst
question query frage سؤال | ask fragen | answer reply response antwort antworten جواب | faq
contact kontakt اتصال | call phone telephone telefon anrufen هاتف | email mail
open opening öffnen geöffnet offen öffnungszeit öffnungszeiten | hours time schedule timetable zeiten uhrzeit stunde
    fahrplan أوقات ساعات
close closed shut shutdown geschlossen schließen zu مغلق | lock key schloss schlüssel
begin start commence launch beginnen anfangen starten start beginn بداية
end finish stop complete ende schluss aufhören beenden fertig نهاية
day tag يوم | morning morgen früh صباح | noon midday mittag | evening abend dusk مساء | night midnight nacht ليل
week woche أسبوع | month monat شهر | year annual jahr jährlich سنة | season saison jahreszeit | calendar date kalender
    datum
spring frühling frühjahr | summer sommer صيف | autumn fall herbst | winter winter شتاء
weather forecast climate wetter klima طقس | rain rainy wet regen regnen nass مطر | snow schnee | wind windy storm gale
    wind sturm ريح | sun sunny sonne sonnig شمس | cloud fog mist wolke nebel
warm hot heat heating cosy warm heiß hitze heizung حار دافئ | fire flame burn feuer flamme brennen
cold cool chilly kalt kühl بارد | freeze freezing ice frost frieren eis
water wasser ماء | sea ocean marine meer ozean بحر | river stream lake pond fluss bach see teich نهر | coast beach
    shore seaside küste strand ufer | wave flood welle flut | wet damp moist soak nass feucht | dry trocken
boat ship vessel ferry boot schiff fähre قارب | harbour harbor port dock pier hafen ميناء | sail sailing sailor
    segel segeln seemann | swim bathe schwimmen baden
mountain hill peak berg hügel gipfel جبل | valley tal | cliff rock stone fels klippe stein | earth soil ground erde
    boden | sand mud sand schlamm | island insel
forest wood woods wald غابة | tree baum شجرة | garden yard garten حديقة | plant grow pflanze wachsen | flower blossom
    blume blüte | grass leaf gras blatt | seed root samen wurzel
animal creature tier حيوان | pet haustier | dog hound puppy hund welpe كلب | cat kitten katze قط | bird vogel feder |
    fish fisch سمك | horse pony pferd | cow cattle sheep pig kuh schaf schwein | insect bee fly insekt biene fliege
walk walking stroll foot gehen spaziergang spazieren laufen مشي | hike hiking trail wander ramble wandern wanderung |
    path track way weg pfad طريق | step stride schritt
travel journey trip voyage reise reisen سفر رحلة | tour excursion outing tour ausflug führung | holiday vacation
    urlaub ferien | arrive arrival ankommen ankunft anreise | leave depart departure abfahren abfahrt abreise
hotel inn guesthouse hotel pension فندق | room bedroom zimmer غرفة | stay accommodation lodging overnight unterkunft
    übernachtung übernachten | bed sleep mattress bett schlafen
map chart plan karte landkarte plan stadtplan خريطة | route direction navigate richtung route navigation | address
    location place position adresse ort lage عنوان | near nearby nah nähe | area region district gegend gebiet bezirk
car automobile auto wagen سيارة | vehicle truck van fahrzeug lastwagen | drive driving driver fahren fahrer | park
    parking parken parkplatz parkhaus | road street straße gasse
train railway rail zug bahn eisenbahn قطار | bus coach bus | tram metro subway underground straßenbahn u-bahn |
    station stop bahnhof haltestelle محطة | ticket fare fahrkarte fahrschein تذكرة | transport transit verkehr | plane
    flight airport flugzeug flug flughafen
bicycle bike cycle cycling fahrrad rad radfahren دراجة | wheel tyre tire rad reifen
food eat eating meal essen mahlzeit speise طعام | restaurant café cafe dinner lunch gaststätte abendessen mittagessen
    مطعم | breakfast frühstück | kitchen küche | hungry hunger hungrig | fruit apple berry obst apfel beere |
    vegetable potato gemüse kartoffel | meat sausage fleisch wurst | milk cheese butter egg milch käse ei
cook cooking boil fry roast kochen braten طبخ | bake baking baker bakery oven backen bäcker bäckerei backofen | recipe
    ingredient rezept zutat | mix mixture stir blend mischen mischung rühren | taste flavour spice salt geschmack
    gewürz salz
drink beverage trinken getränk شراب | coffee kaffee قهوة | tea tee شاي | wine wein | beer bier | juice saft | thirsty
    durst
bread loaf roll brot brötchen خبز | cake pastry biscuit cookie kuchen gebäck keks | sweet sugar süß zucker
health healthy gesundheit gesund صحة | doctor physician arzt ärztin طبيب | medicine drug medizin medikament | hospital
    clinic krankenhaus | ill sick illness disease krank krankheit | pain hurt injury schmerz verletzung
body körper | head face kopf gesicht | hand arm finger hand arm finger | eye see sight auge sehen | ear hear hearing
    ohr hören | mouth tooth mund zahn | hair haar | heart blood herz blut | leg knee bein knie
sport sports sport رياضة | fitness exercise training gym yoga übung | run running jog rennen joggen | ball team match
    ball mannschaft | race win champion rennen gewinnen
child children kid kids toddler kind kinder طفل | baby infant säugling | boy girl youth teenager junge mädchen jugend
    | family familie عائلة | parent mother father mum dad eltern mutter vater | brother sister bruder schwester |
    grandmother grandfather oma opa | marry wedding husband wife heiraten hochzeit mann frau
friend mate freund freundin صديق | neighbour neighbor nachbar nachbarin | people person human menschen mensch leute
    ناس | community gemeinschaft | man woman mann frau
house home haus heim daheim بيت منزل | building gebäude | flat apartment wohnung | wall wand mauer | door gate tür tor
    | window fenster | roof dach | stairs staircase steps ladder treppe stufe leiter | floor ceiling boden decke
repair fix mend restore reparieren reparatur ausbessern إصلاح | maintain maintenance wartung pflege | broken break
    damaged damage kaputt beschädigt schaden zerbrochen | tear torn reißen zerrissen
clean cleaning tidy sauber reinigen reinigung putzen نظيف | wash laundry rinse waschen wäsche غسل | dirty dirt schmutz
    schmutzig | soap detergent seife waschmittel
build construct construction bauen bau بناء | make produce manufacture herstellen herstellung machen صنع | craft
    handmade handicraft handwerk handarbeit | workshop studio werkstatt atelier
tool hammer knife saw werkzeug messer säge أداة | machine engine motor maschine آلة | device equipment appliance gerät
    ausrüstung | cut slice schneiden schnitt | glue paste stick kleben kleber | sew thread needle nähen faden nadel |
    tie bind fasten binden befestigen
furniture möbel أثاث | chair seat stuhl sitz كرسي | table desk tisch schreibtisch طاولة | sofa couch sofa | shelf
    cupboard regal schrank
clothes clothing garment wear dress kleidung kleid tragen kleider ملابس | coat jacket mantel jacke | shirt trousers
    hemd hose | shoe boot sock schuh stiefel socke | hat cap scarf hut mütze schal | bag backpack tasche rucksack
colour color paint dye farbe farbig färben لون | red rot | blue blau | green grün | yellow gelb | white weiß | black
    schwarz | brown grey braun grau
big large huge great groß riesig كبير | wide broad breit weit | tall high hoch
small little tiny mini klein winzig صغير | narrow thin schmal dünn | short low kurz niedrig
fast quick rapid speedy schnell rasch سريع | speed express eilig geschwindigkeit
slow langsam بطيء | calm quiet silent peaceful ruhig still leise ruhe
light bright shine licht hell leuchten ضوء | lamp lampe leuchte مصباح | lighthouse beacon leuchtturm
dark dim dunkel مظلم | shadow shade schatten
sky heaven himmel | star planet stern planet | moon lunar mond قمر | earth world erde welt
new latest recent neu neueste جديد | modern contemporary modern aktuell | fresh frisch
old antique alt قديم | ancient historic history past historisch geschichte vergangenheit früher تاريخ | young jung
beautiful pretty lovely schön hübsch جميل | nice pleasant nett angenehm | ugly hässlich
good fine gut جيد | excellent best great ausgezeichnet beste hervorragend | quality qualität
bad poor schlecht schlimm سيئ | worst terrible awful schrecklich furchtbar
safe safety secure sicher sicherheit أمان | protect protection guard schutz schützen
danger dangerous hazard hazardous gefahr gefährlich خطر | risk risiko | warning warn warnung warnen | accident
    emergency unfall notfall
rule regulation regel vorschrift | law legal gesetz recht قانون | policy terms conditions bedingungen richtlinie |
    court judge gericht richter | crime thief theft verbrechen dieb diebstahl | allow permit permission erlauben
    erlaubnis dürfen | forbid forbidden ban verbieten verboten
work job employment arbeit beruf stelle عمل وظيفة | career apply application applicant bewerbung bewerben karriere |
    office büro | hire recruit einstellen
company business firm enterprise firma unternehmen betrieb شركة | trade commerce handel | industry factory industrie
    fabrik
team staff crew mitarbeiter personal فريق | employee worker colleague angestellte arbeiter kollege موظف | boss manager
    director chef leiter
school schule مدرسة | learn learning study lernen studium تعليم | teach teacher lehrer lehren | lesson course class
    workshop unterricht kurs | student pupil schüler student | university college universität hochschule
book buch bücher كتاب | read reading reader lesen leser قراءة | story tale novel geschichte erzählung roman | library
    bibliothek bücherei | page chapter seite kapitel | publish publisher publication veröffentlichen verlag | poem
    poetry gedicht
write writing writer schreiben كتابة | author autor autorin | text word wort text | letter brief | pen pencil stift
    bleistift | note notebook notiz notizbuch heft
print printing printer drucken druck drucker druckerei طباعة | press presse | paper sheet papier blatt bogen ورق | ink
    tinte
news nachricht nachrichten أخبار | article report artikel bericht | newspaper magazine zeitung zeitschrift | blog
picture image bild صورة | photo photograph foto | camera kamera | poster print plakat
film movie video cinema film kino فيلم | watch view schauen ansehen | theatre play stage theater bühne
music musik موسيقى | song sing singer lied singen sänger | concert konzert | instrument guitar piano gitarre klavier |
    dance dancing tanz tanzen | sound noise loud klang geräusch laut
art artist kunst künstler فن | paint painting malen gemälde | draw drawing sketch zeichnen zeichnung skizze | museum
    museum متحف | exhibition gallery exhibit ausstellung galerie معرض
game spiel spielen لعبة | play toy spielzeug | fun amusing spaß lustig
party celebrate celebration feier feiern حفل | event occasion veranstaltung ereignis | festival fest مهرجان
gift present geschenk schenken هدية | surprise überraschung
computer laptop rechner حاسوب | software app program programm
internet web online network netz netzwerk شبكة | website site page webseite موقع
data daten بيانات | information info auskunft informationen معلومات | statistics number figure zahl statistik | count
    zählen anzahl
search look seek suchen suche بحث | find discover finden entdecken | lose lost verlieren verloren
size dimension größe مقاس | length long länge lang | width breite | height höhe ارتفاع | weight heavy gewicht schwer
    وزن | measure measurement messen maß messung | depth deep tiefe tief
material stoff material | cotton wool fabric cloth baumwolle wolle tuch قماش | leather leder | metal iron steel metall
    eisen stahl معدن | gold silver gold silber | glass glas | plastic kunststoff
energy power energie طاقة | electricity electric strom elektrisch كهرباء | battery charge charger akku batterie laden
    | solar
environment umwelt بيئة | nature natural natur natürlich | sustainable ecological nachhaltig ökologisch | recycle
    waste rubbish recycling müll abfall
farm farmer bauernhof bauer مزرعة | agriculture farming landwirtschaft | field feld | harvest crop ernte
government state regierung staat حكومة | city town stadt مدينة | village dorf | council mayor rat bürgermeister |
    public öffentlich | country nation land | border frontier grenze | citizen resident bürger einwohner
member membership mitglied mitgliedschaft عضو | join beitreten | register registration enrol anmelden anmeldung |
    subscribe subscription abonnieren abonnement | account login konto حساب
volunteer ehrenamt ehrenamtlich freiwillig | donate donation charity spende spenden تبرع
meeting meet treffen treffpunkt | appointment termin موعد | booking book reserve reservation buchung buchen
    reservieren reservierung حجز | cancel cancellation absagen stornieren
science scientist wissenschaft علم | research forschung forschen بحث | experiment laboratory experiment labor | theory
    theorie
accessible accessibility barrier-free barrierefrei barrierefreiheit zugänglich | access entrance entry zugang eingang
    eintritt | disabled wheelchair behindert rollstuhl | exit ausgang
go move bewegen bewegung | come arrive kommen ankommen | carry bring take tragen bringen | send schicken senden |
    throw push pull werfen drücken ziehen | turn drehen | fall drop fallen | climb rise klettern steigen
give geben | get receive obtain bekommen erhalten | keep hold store behalten aufbewahren lagern | own possess besitzen
    eigentum | borrow lend rent hire leihen ausleihen mieten miete
think idea denken gedanke idee | know knowledge wissen kenntnis | understand verstehen | remember memory erinnern
    erinnerung | forget vergessen | mean meaning bedeuten bedeutung | choose choice select wählen auswahl | try
    attempt versuchen versuch | decide decision entscheiden entscheidung
speak talk say sprechen reden sagen | language tongue sprache | tell explain erklären erzählen | name heißen name |
    promise versprechen | discuss discussion diskutieren gespräch
love liebe lieben | happy glad joy glücklich froh freude | sad cry traurig weinen | fear afraid angst | anger angry
    wut wütend | hope wish hoffen wunsch | laugh smile lachen lächeln
war army soldier krieg armee soldat | peace frieden | weapon sword waffe schwert | fight battle kampf schlacht
god church prayer gott kirche gebet | ghost spirit geist gespenst | holy sacred heilig
all whole entire alle ganz | half hälfte halb | many several viele mehrere | empty full leer voll | part piece teil
    stück
front back vorne hinten | left links | right rechts | above top oben | below bottom unten | north south norden süden |
    east west osten westen | middle centre center mitte zentrum | side edge corner seite rand ecke
"""


def _grouped() -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for topic, text in enumerate(re.split(r"\n(?! )", _TOPICS.strip())):
        for number, words in enumerate(text.split("|")):
            for word in dict.fromkeys(words.split()):
                found[word] = (*found.get(word, ()), (topic, number))
    return found


#: Topic and set of each word; a few words stand in two.
CONCEPTS = _grouped()
#: Endings taken off for the concepts, longest first; enough for plurals and the commonest forms.
ENDINGS = ("ungen", "ings", "ing", "ers", "ies", "ung", "est", "en", "es", "ed", "er", "e", "s", "n", "t")


def concepts_of(word: str) -> tuple[tuple[int, int], ...]:
    """Topics and sets of a word, or of what is left of it without its ending."""
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
