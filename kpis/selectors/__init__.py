from kpis.selectors.organisations import reported_by_year, reports_due
from kpis.selectors.waiting import waiting_for

__all__ = ["reported_by_year", "reports_due", "waiting_for"]
