"""What AI was used for: figures, rows, files and explanations for the people who manage it."""

from shareai_cms.reports.explaining import Explanation, explain
from shareai_cms.reports.figures import Figures, figures
from shareai_cms.reports.filters import UsageFilter
from shareai_cms.reports.listing import UsageList
from shareai_cms.reports.reasons import why_not_counted
from shareai_cms.reports.rollups import roll_up

__all__ = [
    "Explanation",
    "Figures",
    "UsageFilter",
    "UsageList",
    "explain",
    "figures",
    "roll_up",
    "why_not_counted",
]
