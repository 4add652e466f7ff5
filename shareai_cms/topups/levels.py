"""How near a meter is to its end, for banners and mails: the share of what there was to spend that is spent."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms.metering import Allowance
from shareai_cms.metering.meters import allowance_text, resets_text
from shareai_cms.models import SiteAccount

#: In per cent of what was spent in the period, is available, and is held.
THRESHOLDS = (75, 90, 100)
LOW, VERY_LOW, NONE = "low", "very_low", "none"
_LEVELS = {75: LOW, 90: VERY_LOW, 100: NONE}
_SENTENCES = {
    75: gettext_lazy("Three quarters of what there was to use are used."),
    90: gettext_lazy("Nine tenths of what there was to use are used."),
    100: gettext_lazy("Everything there was to use is used. AI waits for the next reset, or until somebody buys more."),
}
NEVER_BY_ITSELF = gettext_lazy("Nothing is ever bought or charged by itself.")


def threshold_of(spent: int, total: int) -> int:
    """The highest threshold that is reached, 0 for none. Where there is nothing to spend, none is."""
    return max((each for each in THRESHOLDS if total > 0 and spent * 100 >= each * total), default=0)


def level_of(allowance: Allowance) -> str:
    """ "low", "very_low" or "none" for a banner; empty where there is nothing to tell."""
    if allowance.total > 0 and allowance.available == 0:
        # What running actions hold may come back; until then nobody can begin another one.
        return NONE
    return _LEVELS.get(threshold_of(allowance.spent, allowance.total), "")


def sentence_of(threshold: int) -> str:
    return str(_SENTENCES[threshold])


def banner_text(allowance: Allowance, account: SiteAccount) -> str:
    """The banner of one meter of an account, with what is left and when it resets; empty where there is none."""
    level = level_of(allowance)
    if not level:
        return ""
    told = {
        "site": str(account),
        "sentence": sentence_of(next(threshold for threshold, name in _LEVELS.items() if name == level)),
        "left": allowance_text(allowance.meter, allowance.available, allowance.total),
        "resets": resets_text(allowance.resets_at, allowance.time_zone),
    }
    return _("%(site)s: %(left)s. %(sentence)s %(resets)s.") % told
