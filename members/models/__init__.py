from members.models.commitments import Commitment, CommitmentProgress
from members.models.joining import Application, Invitation, PersonalInvitation, PersonalInvitationQuerySet, new_token
from members.models.merges import Merge, MergeQuerySet
from members.models.organisations import (
    Membership,
    MembershipQuerySet,
    Organisation,
    OrganisationQuerySet,
    Segment,
    SizeClass,
    Workforce,
)
from members.models.people import Dated, DatedQuerySet, Endable, EndableQuerySet, StaffRole, User, UserManager, today
from members.models.privacy import Consent, ErasureRequest
from members.models.representations import HeldQuerySet, Representation
from members.models.umbrellas import Represented

__all__ = [
    "Application",
    "Commitment",
    "CommitmentProgress",
    "Consent",
    "Dated",
    "DatedQuerySet",
    "Endable",
    "EndableQuerySet",
    "ErasureRequest",
    "HeldQuerySet",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Merge",
    "MergeQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "PersonalInvitation",
    "PersonalInvitationQuerySet",
    "Representation",
    "Represented",
    "Segment",
    "SizeClass",
    "StaffRole",
    "User",
    "UserManager",
    "Workforce",
    "new_token",
    "today",
]
