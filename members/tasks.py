"""What members does in the background: rosters, and the invitations to people whom they name."""

from members.roster.inviting import invite_all
from members.roster.kind import ROSTER

__all__ = ["ROSTER", "invite_all"]
