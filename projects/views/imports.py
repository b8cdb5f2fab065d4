"""Results of projects from a spreadsheet, on pages of the Office."""

from core.imports.wizard import Wizard
from projects.imports.kind import RESULTS

wizard = Wizard(RESULTS, "projects:import")
