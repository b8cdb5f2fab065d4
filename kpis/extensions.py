"""What kpis adds to the acts of the apps below it."""

from kpis import merging
from kpis.history.kind import HISTORY

__all__ = ["HISTORY", "merging"]
