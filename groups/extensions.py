"""What groups adds to the pages and acts of the apps below it."""

from groups import merging

__all__ = ["merging"]
