"""Documents and outputs: the rules that the app registers when it starts."""

from groups.documents import audiences, privacy, retention

__all__ = ["audiences", "privacy", "retention"]
