from kpis.selectors.reports import waiting_for

__all__ = ["waiting_for"]
