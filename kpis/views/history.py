"""Past figures from a spreadsheet, on pages of the Office."""

from core.imports.wizard import Wizard
from kpis.history.kind import HISTORY

wizard = Wizard(HISTORY, "kpis:history")
