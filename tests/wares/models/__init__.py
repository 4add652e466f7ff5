"""Goods as shops keep them, in every way that a catalogue can be told of."""

from tests.wares.models.charts import Chart, ChartLabel, ChartPicture, ChartSpec, Logbook
from tests.wares.models.goods import Maker, Picture, Review, Shelf, Spec, SpecKind, SpecValue, Tag, Ware

__all__ = [
    "Chart",
    "ChartLabel",
    "ChartPicture",
    "ChartSpec",
    "Logbook",
    "Maker",
    "Picture",
    "Review",
    "Shelf",
    "Spec",
    "SpecKind",
    "SpecValue",
    "Tag",
    "Ware",
]
