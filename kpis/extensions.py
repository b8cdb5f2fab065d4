"""What kpis adds to the acts of the apps below it."""

from kpis import merging

__all__ = ["merging"]
