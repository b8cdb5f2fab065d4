"""What members does in the background: rosters."""

from members.roster.kind import ROSTER

__all__ = ["ROSTER"]
