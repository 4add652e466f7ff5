"""Words that any question may have, whatever it is about: finding one of them says nothing yet."""

from __future__ import annotations

#: Among the most frequent adjectives, adverbs, verbs and nouns of each language, without what a page may be about.
#: Forms are written out, as in the lists of stop words: they are compared before stemming.
LISTS = {
    "en": """
        able actually almost already always amount anybody anyone anything available away bad become best
        better big bring called case certain cheap cheapest come comes common complete current day days
        different done easily easy else enough even ever every everyone everything example fast find full
        gave general get gets getting give given gives go goes going gone good got great happen happens help
        high hour hours idea important instead kind kinds know large last late later least less let level
        like likely list little long look looking lot lots low made main make makes making man many maybe
        mean means month months much must name named names near need needed needs never new next nice nobody
        nothing now number numbers often old one online own part parts people perhaps person place places
        please possible probably problem put quick quickly quite rather ready real really recent result
        results right said say says see seen several short show shows similar simple since small someone
        something sometimes soon sort still sure take taken takes tell thing things think time times today
        together tomorrow tonight top try two type types use used useful uses using usually various want
        wants way ways well without woman wrong year years yes yesterday yet
    """,
    "de": """
        anzahl art arten bedeutet beispiel bekommen benutzen besser beste bestem besten bester bestes
        bestimmt bitte bleiben braucht brauche brauchen bringen darf darauf davon dürfen eigentlich einfach
        einfache einfachen einmal ende erst erste ersten erster fast finde finden findet frau früh ganz
        ganze ganzen geben gebe gehen geht genau genug gerade gern gerne gibt gleich groß große großen
        großer großes gut gute guten guter gutes günstig günstige halten heute heißt hoch hohe immer jahr
        jahre jahren jetzt kaum kein kleine kleinen kleiner klein kommen kommt kurz lang lange langsam
        lassen leicht letzte letzten leute liste machen macht mal manche mann mehr meist meiste mensch
        menschen mindestens monat monate morgen möchte möglich müssen name namen neu neue neuen neuer neues
        nehmen nie niemand nummer oft online ort paar person problem richtig richtige sache sachen sagen
        schlecht schnell schnelle schon schön schöne schönen schöner später spät sehen sicher sollen stunde
        stunden tag tage tagen teil teile tun typ verschiedene viel viele vielen vielleicht warum weiter
        weitere weiß weniger wenig wichtig wirklich wissen woche wochen wollen zahl zeit zeiten ziemlich
        zwei
    """,
    "fr": """
        aller alors ancien année années an ans appelle avoir beaucoup beau bel belle besoin bien bon bonne
        bonnes bons certain certaine chose choses comment complet demain dernier dernière différent dire dit
        donner exemple facile facilement faire femme fois genre gens grand grande grandes grands gratuit
        heure heures hier homme important jamais jour jours liste long longue maintenant mauvais meilleur
        meilleure meilleures meilleurs mettre mieux moins mois monde moyen nom nombre nouveau nouveaux
        nouvel nouvelle nouvelles numéro partie parties pendant personne personnes petit petite petites
        petits place possible pouvoir premier première prendre presque problème propre prochain quelque
        quelques rapide rapidement rien savoir semaine simple souvent tard temps toujours tôt trouver trop
        type types utiliser venir vieux vieille vite voir vouloir vrai vraiment
    """,
    "es": """
        ahora alguien ayer año años antiguo bastante bien buen buena buenas bueno buenos buscar caso casi
        cierto clase completo cosa cosas creer dar día días decir diferente dónde ejemplo encontrar fácil
        fácilmente forma gente gran grande grandes gratis haber hacer hombre hora horas hoy importante ir
        largo lista llamar llegar lugar mañana malo mala manera mayor mejor mejores menor menos mes meses
        mujer mundo necesitar necesito ninguno nombre nueva nuevas nuevo nuevos número nunca parte partes
        pasar pequeña pequeño persona personas poder poner posible primer primera primero problema pronto
        propio próximo querer quiero quizás rápido realmente saber salir semana siempre simple tarde tiempo
        tipo tipos tomar última último usar uso venir ver verdad vez veces viejo
    """,
    "ar": """
        أحسن أحد أخرى آخر أسبوع أشخاص أشياء أفضل أكبر أكثر أمر أمس أول أيام أيضا اسم استخدام الآن اليوم بعض
        بكثير جدا جديد جديدة جيد جيدة حالة حاليا خاص دائما رقم ساعة سريع سنة سنوات سهل سهلة شخص شهر شيء صغير
        صغيرة طريقة عام عدد غدا قائمة قديم قليل كبير كبيرة كثير كثيرة كيفية مختلف مشكلة مكان ممكن مناسب مهم
        ناس نوع وقت يجب يمكن يوجد يوم
    """,
}
