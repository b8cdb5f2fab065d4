"""Who may do what with groups, proposals, work plans and recommendations. Every condition carries the sentence that a
person reads who does not meet it."""

from groups.permissions import (
    changes,
    dialogue,
    documents,
    groups,
    meetings,
    outputs,
    plans,
    proposals,
    recommendations,
)

__all__ = ["changes", "dialogue", "documents", "groups", "meetings", "outputs", "plans", "proposals", "recommendations"]
