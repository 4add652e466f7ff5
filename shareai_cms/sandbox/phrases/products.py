"""How the sandbox speaks of products, in the languages that it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The sentence a description begins with, and what stands before a list of attributes."""

    by: str
    of: str
    facts: str


WORDINGS: Mapping[str, Wording] = {
    "en": Wording(by="{name} by {brand}.", of="{name}, from our range of {category}.", facts="At a glance:"),
    "de": Wording(by="{name} von {brand}.", of="{name} aus unserem Bereich {category}.", facts="Auf einen Blick:"),
    "fr": Wording(by="{name} de {brand}.", of="{name}, de notre gamme {category}.", facts="En un coup d’œil :"),
    "es": Wording(by="{name} de {brand}.", of="{name}, de nuestra gama {category}.", facts="De un vistazo:"),
    "ar": Wording(by="{name} من {brand}.", of="{name} من تشكيلة {category}.", facts="لمحة سريعة:"),
}

#: What no product's facts hold.
CLAIMS: Mapping[str, str] = {
    "en": "Trusted by more than 10,000 customers.",
    "de": "Mehr als 10.000 Kundinnen und Kunden vertrauen darauf.",
    "fr": "Plus de 10 000 clients lui font confiance.",
    "es": "Más de 10.000 clientes confían en él.",
    "ar": "يثق به أكثر من 10000 عميل.",
}

#: What customers speak of: words by their beginning, and the short text for praise and for complaint.
THEMES: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "en": {
        "comfort": ("comfort cosy cozy soft", "Comfortable", "Not comfortable"),
        "quality": ("quality sturdy solid robust well-made flimsy cheap broke broken", "Good quality", "Poor quality"),
        "looks": (
            "beautiful pretty lovely elegant design look colour color",
            "Looks good",
            "Looks other than expected",
        ),
        "size": ("size fit fits large small tight", "Right size", "Size is off"),
        "assembly": ("assembl install instruction setup", "Easy to set up", "Hard to set up"),
        "care": ("clean wash dishwasher", "Easy to clean", "Hard to clean"),
        "delivery": ("deliver shipping arrived packag", "Arrived well", "Trouble with delivery"),
        "price": ("price value money expensive", "Good value", "Expensive"),
        "use": ("practical handy easy useful light heavy", "Practical", "Awkward in use"),
        "noise": ("quiet loud noise noisy sound", "Pleasant sound", "Too loud"),
        "battery": ("battery charg", "Battery lasts", "Battery does not last"),
        "smell": ("smell odour odor scent", "Pleasant smell", "Unpleasant smell"),
    },
    "de": {
        "comfort": ("bequem gemütlich weich komfort", "Bequem", "Unbequem"),
        "quality": (
            "qualität stabil robust solide verarbeit wacklig kaputt billig",
            "Gute Qualität",
            "Schwache Qualität",
        ),
        "looks": ("schön hübsch elegant design farbe aussehen sieht", "Sieht gut aus", "Sieht anders aus als erwartet"),
        "size": ("größe passt passform groß klein eng", "Passt gut", "Größe passt nicht"),
        "assembly": ("aufbau montage anleitung", "Leicht aufzubauen", "Mühsam aufzubauen"),
        "care": ("reinig waschen spülmaschine", "Leicht zu reinigen", "Schwer zu reinigen"),
        "delivery": ("liefer versand verpackt angekommen", "Gut angekommen", "Ärger mit der Lieferung"),
        "price": ("preis teuer günstig geld", "Gutes Preis-Leistungs-Verhältnis", "Teuer"),
        "use": ("praktisch einfach leicht schwer handlich", "Praktisch", "Umständlich"),
        "noise": ("leise laut geräusch klang", "Angenehm leise", "Zu laut"),
    },
}
#: Words that turn a review without stars into a complaint.
COMPLAINTS: Mapping[str, str] = {
    "en": "not no never bad poor broke broken flimsy disappoint unfortunately too hard difficult returned scratch",
    "de": "nicht kein schlecht kaputt leider enttäusch zu wacklig zurückgeschickt kratzer",
}
