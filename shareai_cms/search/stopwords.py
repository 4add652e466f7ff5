"""Words that say nothing about what is looked for, by language."""

from __future__ import annotations

#: Written without apostrophes and separated by spaces, with their accents: they are compared without.
LISTS = {
    "en": """
        a about above after again against all am an and any are arent as at be because been before being below between
        both but by can cannot cant could couldnt did didnt do does doesnt doing dont down during each few for from
        further get had hadnt has hasnt have havent having he her here hers herself him himself his how i id if ill im
        in into is isnt it its itself ive just me more most my myself no nor not of off on once only or other our ours
        ourselves out over own same shall she should shouldnt so some such than that thats the their theirs them
        themselves then there theres these they theyre this those through to too under until up us very was wasnt we
        were werent what whats when where which while who whom whose why will with wont would wouldnt you youre your
        yours yourself yourselves
    """,
    "de": """
        ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus
        bei beim bin bis bist da damit dann das dass dazu dein deine deinem deinen deiner dem den denn der deren des
        dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige
        er es etwas euch euer eure für gegen habe haben hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem
        ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jene jenem jenen jener jenes kann kein keine keinem
        keinen keiner können könnte man mein meine meinem meinen meiner mich mir mit muss müssen nach nicht noch nun
        nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so solche soll sollen sollte sondern sonst
        über um und uns unser unsere unserem unseren unter vom von vor war waren warum was weil welche welchem welchen
        welcher welches wenn wer werde werden wie wieder will wir wird wo wollen worden wurde wurden würde würden zu
        zum zur zwar zwischen
    """,
    "fr": """
        à ai aie ainsi alors après as au aucun aucune aura aurait aussi autre autres aux avaient avais avait avant avec
        avez avoir avons ayant ça car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment
        d dans de des donc dont du elle elles en encore entre es est et étaient étais était étant êtes être eu eux fait
        font fut il ils j je jusque l la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma
        mais me même mêmes mes moi mon n ne ni non nos notre nous on ont ou où par parce pas pendant peu peut peuvent
        plus pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera serait
        ses si soi soient sois soit sommes son sont sous suis sur t ta te tes toi ton tous tout toute toutes très tu un
        une vers vos votre vous y
    """,
    "es": """
        a al algo algún alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aquí así aun aunque
        bajo cada como cómo con contra cual cuál cuales cualquier cuando cuándo cuanto de del desde donde dónde dos
        durante e el él ella ellas ello ellos en entonces entre era eran eres es esa esas ese eso esos esta está estaba
        estaban estamos están estar estas este esto estos estoy fue fueron ha había habían han has hasta hay he hemos
        incluso la las le les lo los más me mi mí mientras mis mucho muchos muy nada ni no nos nosotros nuestra
        nuestras nuestro nuestros o os otra otras otro otros para pero por porque pues que qué quien quién quienes se
        sea sean según ser será si sí sido siempre sin sino sobre sois solo sólo somos son soy su sus suya suyo también
        tan tanto te tenemos tener tengo ti tiene tienen toda todas todavía todo todos tu tú tus tuya tuyo un una unas
        uno unos usted ustedes vosotros vuestra vuestro y ya yo
    """,
    "ar": """
        إلى إلا إما إن أن أنا أنت أنتم أنتن أنها أنه إنها إنه أو أي أين أيضا أية بأن بعد بعض به بها بين بينما تحت تكون
        تلك ثم حتى حول حيث حين خلال دون ذات ذلك سوف ضد ضمن عبر عليه عليها على عن عند عندما غير فإن فقط فوق في فيه فيها
        قبل قد كان كانت كانوا كل كم كما كنت كي كيف لا لأن لدى لديه لقد لكن لم لماذا لن له لها لهم لو ليس ليست ما ماذا
        متى مثل مع معه معها مما من منذ منه منها نحن نحو نعم هؤلاء هذا هذه هل هم هما هن هنا هناك هو هي وأن وإن وفي وقد
        وكان وكانت ولا ولم ولكن وما ومن وهذا وهذه وهو وهي يا يكون
    """,
}

#: What French, Italian and Catalan put before an apostrophe, as in l'eau.
ELIDED = "l d j m n s t c qu jusqu lorsqu puisqu quoiqu un all dall dell nell sull quell bell sant dov com"
