"""What projects keep when a person is forgotten."""

from __future__ import annotations

from core.forgetting import keep_words

keep_words("projects.Partner", "name", why="the name of an organisation")
keep_words("projects.Project", "coordinator_name", why="the name of an organisation")
