"""The search for partners: the rules that the app registers when it starts."""

from projects.partnering import audiences, merging, permissions, privacy, tasks, waiting

__all__ = ["audiences", "merging", "permissions", "privacy", "tasks", "waiting"]
