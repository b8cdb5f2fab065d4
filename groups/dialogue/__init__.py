"""Discussions, comments and announcements: the rules that the app registers when it starts."""

from groups.dialogue import audiences, privacy, retention

__all__ = ["audiences", "privacy", "retention"]
