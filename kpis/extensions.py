"""What kpis adds to the acts and pages of the apps below it."""

from kpis import merging
from kpis.history.kind import HISTORY
from kpis.selectors.initiatives import contributions
from projects import extending

extending.add_contributions(contributions)

__all__ = ["HISTORY", "merging"]
