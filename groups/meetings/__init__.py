"""Meetings: the rules that the app registers when it starts."""

from groups.meetings import audiences, privacy

__all__ = ["audiences", "privacy"]
