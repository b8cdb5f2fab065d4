"""Results from a spreadsheet: the kind of import that the app registers when it starts."""

from projects.imports import kind

__all__ = ["kind"]
