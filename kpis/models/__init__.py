from kpis.models.adjustments import Adjustment, AdjustmentLine
from kpis.models.derived import CountedLine, OrganisationTotal, Total
from kpis.models.reports import Figure, FigureCategory, Report
from kpis.models.rounds import Ambition, ExpectedReporter, Round, WorkforceBase

__all__ = [
    "Adjustment",
    "AdjustmentLine",
    "Ambition",
    "CountedLine",
    "ExpectedReporter",
    "Figure",
    "FigureCategory",
    "OrganisationTotal",
    "Report",
    "Round",
    "Total",
    "WorkforceBase",
]
