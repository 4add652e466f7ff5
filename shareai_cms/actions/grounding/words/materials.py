"""Materials: a row for each, with its names in the five languages.

``oak <wood`` says that what is of oak is of wood. A German name that ends with a hyphen begins compounds
(``Eichen-`` is in "Eichentisch"). ``~`` marks a name that means a material only beside a word that says so
("of ash", "felt pads"), ``^`` one that does so with a capital alone.
"""

from __future__ import annotations

MATERIALS = """
wood | wood, wooden, timber, hardwood, softwood | Holz, Hölzer, Holz-, hölzern, Massivholz- | bois | madera, maderas | خشب, خشبي, خشبية
solid-wood <wood | solid wood | Massivholz, Vollholz | bois massif, bois plein | madera maciza | خشب صلب
oak <wood | oak, oaken, oakwood | Eiche, Eichen, Eichenholz, eichen, Eichen-, Wildeiche, Roteiche | chêne, chênes | roble, robles | بلوط, سنديان
beech <wood | beech, beechwood | Buche, Buchenholz, Buchen-, Kernbuche, Rotbuche | hêtre | haya | زان
pine <wood | pine, pinewood | Kiefer, Kiefernholz, Kiefern-, Pinie, Pinienholz, Pinien- | pin | pino | صنوبر
walnut <wood | walnut, walnut wood | Nussbaum, Walnussholz, Nussbaumholz, Nussbaum-, Nussholz | noyer | nogal | جوز
ash <wood | ash wood, ashwood, ~ash | Esche, Eschenholz, Eschen- | frêne | fresno | دردار
birch <wood | birch, birchwood | Birke, Birkenholz, Birken- | bouleau | abedul | بتولا
maple <wood | maple, maplewood | Ahorn, Ahornholz, Ahorn- | érable | arce | قيقب
cherry <wood | cherry wood, cherrywood | Kirschbaum, Kirschholz, Kirschbaumholz, Kirschbaum- | merisier, bois de cerisier | madera de cerezo | خشب الكرز
teak <wood | teak, teakwood | Teak, Teakholz, Teak- | teck | teca | ساج
acacia <wood | acacia | Akazie, Akazienholz, Akazien- | acacia | acacia | سنط, أكاسيا
mahogany <wood | mahogany | Mahagoni, Mahagoniholz, Mahagoni- | acajou | caoba | ماهوجني
spruce <wood | spruce | Fichte, Fichtenholz, Fichten- | épicéa | picea, abeto rojo | تنوب
fir <wood | fir | Tanne, Tannenholz | sapin | abeto | شوح
larch <wood | larch | Lärche, Lärchenholz, Lärchen- | mélèze | alerce | أرزية
cedar <wood | cedar, cedarwood | Zeder, Zedernholz, Zedern- | cèdre | cedro | أرز
ebony <wood | ebony | Ebenholz, Ebenholz- | ébène | ébano | أبنوس
rosewood <wood | rosewood | Palisander, Rosenholz, Palisander- | palissandre | palisandro | خشب الورد
olive-wood <wood | olive wood, olivewood | Olivenholz, Olivenholz- | bois d'olivier | madera de olivo | خشب الزيتون
mango-wood <wood | mango wood | Mangoholz, Mangoholz- | bois de manguier | madera de mango | خشب المانجو
plywood <wood | plywood | Sperrholz, Multiplex, Sperrholz- | contreplaqué | contrachapado | خشب رقائقي
chipboard <wood | chipboard, particle board, particleboard | Spanplatte, Spanplatten | aggloméré, panneau de particules | aglomerado | خشب مضغوط
mdf <wood | MDF | MDF, MDF- | MDF, médium | MDF | MDF
veneer | veneer, veneered | Furnier, furniert, Furnier- | placage | chapa de madera | قشرة
bamboo | bamboo | Bambus, Bambus- | bambou | bambú | خيزران, بامبو
rattan | rattan | Rattan, Rattan- | rotin | ratán, rattan | روطان
wicker | wicker | Weide, Weidengeflecht, Korbgeflecht, Weiden- | osier | mimbre | خوص
cork | cork | Kork, Kork- | liège | corcho | فلين
straw | straw, raffia | Stroh, Bast, Stroh- | paille, raphia | paja, rafia | قش
seagrass | seagrass | Seegras, Seegras- | jonc de mer | hierba marina | عشب البحر
metal | metal, metallic | Metall, Metalle, Metall-, metallisch | métal, métaux, métallique, métalliques | metal, metales, metálico, metálica | معدن, معدني, معدنية
steel <metal | steel, carbon steel | Stahl, Stähle, Stahl-, stählern | acier, aciers | acero, aceros | فولاذ, فولاذي, من الصلب, من صلب
stainless <steel | stainless steel, stainless, inox | Edelstahl, Edelstahl-, Inox, rostfreier Stahl, rostfreiem Stahl | acier inoxydable, inox, acier inox | acero inoxidable, inox | فولاذ مقاوم للصدأ, ستانلس ستيل, ستيل
iron <metal | iron, wrought iron | Eisen, Eisen-, Schmiedeeisen, eisern | fer, fer forgé | hierro, hierro forjado | حديد
cast-iron <iron | cast iron | Gusseisen, gusseisern, Gusseisen- | fonte | hierro fundido, hierro colado | حديد زهر
aluminium <metal | aluminium, aluminum, alu | Aluminium, Alu, Aluminium-, Alu- | aluminium, alu | aluminio | ألومنيوم, ألمنيوم
copper <metal | copper | Kupfer, kupfern, Kupfer- | cuivre | cobre | نحاس, نحاسي
brass <metal | brass | Messing, Messing- | laiton | latón | نحاس أصفر
bronze <metal | bronze | Bronze, bronzen, Bronze- | bronze | bronce | برونز, برونزي
tin <metal | tin | Zinn, Zinn- | étain | estaño | قصدير
pewter <tin | pewter | Hartzinn | étain fin | peltre | بيوتر
zinc <metal | zinc, galvanised, galvanized | Zink, verzinkt, Zink- | zinc, galvanisé | zinc, galvanizado | زنك
chrome <metal | chrome, chromed, chrome-plated | Chrom, verchromt, Chrom- | chrome, chromé, chromée | cromo, cromado, cromada | كروم
nickel <metal | nickel | Nickel, Nickel- | nickel | níquel | نيكل
titanium <metal | titanium | Titan, Titan- | titane | titanio | تيتانيوم
platinum <metal | platinum | Platin, Platin- | platine | platino | بلاتين
gold <metal gold-colour | gold | Gold, Gold-, Echtgold | or, d'or | oro | ذهب
solid-gold <gold | solid gold, pure gold, real gold | Massivgold, Feingold, massives Gold, reines Gold, echtes Gold | or massif, or pur | oro macizo, oro puro | ذهب خالص
gold-plated <gold-colour | gold plated, gold plating, gilded, gilt | vergoldet, Goldauflage | plaqué or, doré à l'or fin | chapado en oro, bañado en oro | مطلي بالذهب
silver <metal silver-colour | silver | Silber, Silber- | argent | plata | فضة
sterling <silver | sterling silver, 925 silver | Sterlingsilber | argent sterling | plata de ley | فضة استرليني
silver-plated <silver-colour | silver plated | versilbert | plaqué argent, argenté à l'argent | bañado en plata, chapado en plata | مطلي بالفضة
glass | glass | Glas, Glas-, gläsern | verre | vidrio, cristal | زجاج, زجاجي, زجاجية
tempered <glass | tempered glass, toughened glass, safety glass | Sicherheitsglas, Einscheibensicherheitsglas, gehärtetes Glas, gehärtetem Glas | verre trempé, verre sécurit | vidrio templado | زجاج مقسى
borosilicate <glass | borosilicate, borosilicate glass | Borosilikatglas, Borosilikat | verre borosilicate, borosilicate | borosilicato, vidrio de borosilicato | بوروسيليكات
crystal <glass | crystal, crystal glass | Kristall, Kristallglas, Kristall- | cristal | cristal de Bohemia, cristal tallado | كريستال
ceramic | ceramic, ceramics | Keramik, keramisch, Keramik- | céramique | cerámica | سيراميك, خزف
porcelain <ceramic | porcelain, bone china, fine china | Porzellan, Porzellan- | porcelaine | porcelana | بورسلين, خزف صيني
stoneware <ceramic | stoneware | Steinzeug, Steinzeug- | grès | gres | خزف حجري
earthenware <ceramic | earthenware | Steingut, Steingut- | faïence | loza | فخار
terracotta <ceramic | terracotta | Terrakotta, Terracotta | terre cuite | terracota | تيراكوتا
enamel | enamel, enamelled | Emaille, Email, emailliert, Emaille- | émail, émaillé, émaillée | esmalte, esmaltado, esmaltada | مينا
clay | clay | Lehm, Tonerde | argile | arcilla, barro | طين
stone | stone, natural stone | Naturstein, Stein-, aus Stein | pierre | piedra | حجر, حجري
marble <stone | marble | Marmor, Marmor-, marmorn | marbre | mármol | رخام
granite <stone | granite | Granit, Granit- | granit | granito | جرانيت, غرانيت
slate <stone | slate | Schiefer, Schiefer- | ardoise | pizarra | أردواز
quartz <stone | quartz | Quarz, Quarz- | quartz | cuarzo | كوارتز
sandstone <stone | sandstone | Sandstein | grès naturel | arenisca | حجر رملي
travertine <stone | travertine | Travertin | travertin | travertino | ترافرتين
concrete | concrete, cement | Beton, Zement, Beton- | béton, ciment | hormigón, cemento | خرسانة, إسمنت
plastic | plastic, plastics | Kunststoff, Plastik, Kunststoff-, Plastik- | plastique, plastiques | plástico, plásticos | بلاستيك, بلاستيكي
acrylic <plastic | acrylic, plexiglass, perspex | Acryl, Acrylglas, Plexiglas, Acryl- | acrylique, plexiglas | acrílico, metacrilato | أكريليك
polycarbonate <plastic | polycarbonate | Polycarbonat | polycarbonate | policarbonato | بولي كربونات
polypropylene <plastic | polypropylene | Polypropylen | polypropylène | polipropileno | بولي بروبلين
polyethylene <plastic | polyethylene | Polyethylen | polyéthylène | polietileno | بولي إيثيلين
pvc <plastic | PVC, vinyl | PVC, Vinyl, Vinyl- | PVC, vinyle | PVC, vinilo | فينيل
melamine <plastic | melamine | Melamin, Melamin- | mélamine | melamina | ميلامين
silicone | silicone | Silikon, Silikon- | silicone | silicona | سيليكون
rubber | rubber, natural rubber | Gummi, Kautschuk, Naturkautschuk, Gummi-, Kautschuk- | caoutchouc, gomme | caucho, goma | مطاط, مطاطي
latex <rubber | latex | Latex, Latex- | latex | látex | لاتكس
neoprene <rubber | neoprene | Neopren, Neopren- | néoprène | neopreno | نيوبرين
resin | resin, epoxy, polyresin | Harz, Kunstharz, Epoxidharz, Polyresin | résine, époxy | resina, epoxi | راتنج
carbon | carbon fibre, carbon fiber | Carbon, Kohlefaser, Karbon, Carbon- | fibre de carbone, carbone | fibra de carbono | ألياف الكربون
fibreglass | fibreglass, fiberglass | Glasfaser, Fiberglas, Glasfaser- | fibre de verre | fibra de vidrio | ألياف زجاجية
ptfe | PTFE, teflon | PTFE, Teflon | PTFE, téflon | PTFE, teflón | تفلون
cotton | cotton | Baumwolle, Baumwoll-, baumwollen | coton | algodón | قطن, قطني, قطنية
denim | denim | Denim, Jeansstoff | denim | denim, tela vaquera | دنيم
wool | wool, woollen, woolen, new wool, lambswool | Wolle, Woll-, Schurwolle, wollen, Schafwolle | laine, laines | lana, lanas | صوف, صوفي, صوفية
merino <wool | merino, merino wool | Merino, Merinowolle, Merino- | mérinos, laine mérinos | merino, lana merino | ميرينو
cashmere <wool | cashmere | Kaschmir, Cashmere, Kaschmir- | cachemire | cachemira, cachemir | كشمير
alpaca <wool | alpaca | Alpaka, Alpakawolle, Alpaka- | alpaga | alpaca | ألبكة
mohair <wool | mohair | Mohair, Mohair- | mohair | mohair | موهير
silk | silk, silken | Seide, Seiden-, seiden | soie | seda | حرير, حريري
linen | linen, flax | Leinen, Leinen-, Flachs, Leinenstoff | lin | lino | كتان, كتاني
hemp | hemp | Hanf, Hanf- | chanvre | cáñamo | قنب
jute | jute | Jute, Jute- | jute | yute | جوت
sisal | sisal | Sisal, Sisal- | sisal | sisal | سيزال
velvet | velvet | ^Samt, Samt- | velours | terciopelo | مخمل
corduroy | corduroy | ^Cord, Cordsamt, Cord- | velours côtelé | pana | مخمل مضلع
satin | satin | Satin, Satin- | satin | satén, raso | ساتان
felt | ~felt | Filz, Filz- | feutre, feutrine | fieltro | لباد
wool-felt <felt wool | wool felt | Wollfilz | feutre de laine | fieltro de lana | لباد الصوف, لباد صوف
canvas | canvas | Canvas, Segeltuch, Segeltuch- | toile | lona | كانفاس
tweed <wool | tweed | Tweed | tweed | tweed | تويد
flannel | flannel | Flanell, Flanell- | flanelle | franela | فانيلا
fleece | fleece | Fleece, Fleece- | polaire | forro polar | فليس
lace-cloth | lace trim, lace fabric, ~lace | Spitzenstoff, Spitzenbesatz | dentelle | encaje | دانتيل
polyester <synthetic | polyester | Polyester, Polyester- | polyester | poliéster | بوليستر
nylon <synthetic | nylon, polyamide | Nylon, Polyamid, Nylon- | nylon, polyamide | nailon, nylon, poliamida | نايلون
viscose | viscose, rayon | Viskose, Viskose- | viscose | viscosa, rayón | فيسكوز
lyocell | lyocell, tencel | Lyocell, Tencel | lyocell, tencel | lyocell, tencel | ليوسيل
modal | modal fibre, modal fabric | Modal, Modal- | fibre modal | fibra modal | مودال
elastane <synthetic | elastane, spandex, lycra | Elasthan, Spandex, Lycra | élasthanne, lycra | elastano, licra, lycra | إيلاستين, ليكرا
polyurethane <synthetic | polyurethane | Polyurethan | polyuréthane | poliuretano | بولي يوريثان
microfibre <synthetic | microfibre, microfiber | Mikrofaser, Microfaser, Mikrofaser- | microfibre | microfibra | ألياف دقيقة
synthetic | synthetic fibre, synthetics | Kunstfaser, Synthetik | fibres synthétiques | fibra sintética | ألياف صناعية
foam | foam | Schaumstoff, Kaltschaum, Schaumstoff- | mousse | espuma | إسفنج, رغوة
memory-foam <foam | memory foam | Memoryschaum, Memory Foam, Viscoschaum | mousse à mémoire de forme, mémoire de forme | espuma viscoelástica, viscoelástica | ميموري فوم
leather | leather | Leder, Leder-, ledern, Rindsleder, Rindleder, Kalbsleder, Echtleder, Vollleder, Glattleder, Nappaleder, Nappa | cuir | cuero, piel | جلد, جلدي, جلدية
full-grain <leather | full grain leather, full grain | Vollnarbenleder, vollnarbiges Leder | cuir pleine fleur | cuero de plena flor, piel de plena flor | جلد كامل
cowhide <leather | cowhide, calfskin | Rindsleder, Kalbsleder, Rindleder | cuir de vachette, vachette, cuir de veau | piel de vaca, becerro | جلد البقر
suede <leather | suede | Wildleder, Veloursleder, Wildleder- | daim, suède | ante | شمواه
nubuck <leather | nubuck | Nubuk, Nubukleder, Nubuk- | nubuck | nobuk, nubuck | نوبوك
faux-leather | faux leather, imitation leather, artificial leather, vegan leather, pu leather, leatherette | Kunstleder, Kunstleder-, veganes Leder, Lederimitat | similicuir, simili cuir, cuir synthétique, faux cuir | cuero sintético, polipiel, piel sintética, cuero artificial | جلد صناعي
fur | real fur | Echtfell, Pelz, Pelz- | fourrure | pelo natural, pieles auténticas | فرو
faux-fur | faux fur, fake fur | Kunstfell, Kunstpelz | fausse fourrure | pelo sintético | فرو صناعي
sheepskin | sheepskin, lambskin | Lammfell, Schaffell, Lammfell- | peau de mouton, peau d'agneau | piel de cordero, borrego | جلد الخروف
down | goose down, duck down, down filling, down filled, down feathers, down jacket, down duvet | Daunen, Daune, Gänsedaunen, Entendaunen, Daunen- | duvet d'oie, duvet de canard, en duvet | plumón, plumas de ganso, plumas de oca | زغب الإوز
paper | paper | Papier, Papier- | papier | papel | ورق, ورقي
cardboard <paper | cardboard | Karton, Pappe, Papp- | carton | cartón | كرتون
wax | wax, soy wax, paraffin | ^Wachs, Sojawachs, Paraffin | cire, paraffine | cera, parafina | شمع
beeswax <wax | beeswax | Bienenwachs, Bienenwachs- | cire d'abeille | cera de abejas, cera de abeja | شمع العسل
pearl | pearls, freshwater pearl, mother of pearl | Perlen, Perlmutt, Süßwasserperlen, Perlmutt- | perles, nacre | perlas, nácar | لؤلؤ, صدف
diamond | diamond, diamonds | Diamant, Diamanten, Brillant, Brillanten | diamant, diamants | diamante, diamantes | ألماس, الماس
sapphire | sapphire | Saphir, Saphirglas | saphir | zafiro | ياقوت أزرق
coir | coir, coconut fibre, coconut fiber | Kokosfaser, Kokos- | fibre de coco | fibra de coco | ألياف جوز الهند
"""
