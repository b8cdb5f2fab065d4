"""The fixed people of the tests: who they are decides what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from committees.models import Seat
from members.models import Organisation, Representation, StaffRole, User
from tests import replay
from tests.factories.committees import SeatFactory
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory, UserFactory

NAMES = (
    "visitor",
    "stranger",  # signed in, but represents nobody (any more)
    "outsider",  # representative of another member
    "primary",  # primary contact of Acme
    "reporter",  # KPI reporter of Acme
    "delegate",  # delegate of Acme
    "committee_member",
    "chair",  # of TECH
    "vice_chair",  # of TECH
    "other_chair",  # of EDU
    "office",
    "administrator",
)


@dataclass
class Personas:
    """Each attribute is a user; `organisation` is Acme, whom primary, reporter and delegate represent."""

    organisation: Organisation
    other_organisation: Organisation
    visitor: AnonymousUser
    stranger: User
    outsider: User
    primary: User
    reporter: User
    delegate: User
    committee_member: User
    chair: User
    vice_chair: User
    other_chair: User
    office: User
    administrator: User

    def __getitem__(self, name: str) -> User | AnonymousUser:
        return getattr(self, name)


def make_personas() -> Personas:
    """Make all of them; one call a test."""
    keys, organisations = replay.once(_make)
    people = User.objects.in_bulk(keys.values())
    acme, other = (Organisation.objects.get(pk=key) for key in organisations)
    return Personas(
        organisation=acme,
        other_organisation=other,
        visitor=AnonymousUser(),
        **{name: people[key] for name, key in keys.items()},
    )


def _make() -> tuple[dict[str, int], tuple[int, int]]:
    """The keys of the people by name, and of Acme and the other organisation."""
    role, seat = Representation.Role, Seat.Role
    acme = MemberFactory(legal_name="Acme Mobility a.s.", short_name="Acme")
    other = MemberFactory(legal_name="Other Training Ltd", type="EDU-PRIV", country_code="IE")
    people = {
        name: UserFactory(name=name.replace("_", " ").title(), email=f"{name}@example.test")
        for name in NAMES
        if name != "visitor"
    }
    for name, kind in (("primary", role.PRIMARY), ("reporter", role.REPORTER), ("delegate", role.DELEGATE)):
        RepresentationFactory(user=people[name], organisation=acme, role=kind)
    RepresentationFactory(user=people["outsider"], organisation=other, role=role.PRIMARY)
    for name, code, kind in (
        ("committee_member", "TECH", seat.MEMBER),
        ("chair", "TECH", seat.CHAIR),
        ("vice_chair", "TECH", seat.VICE_CHAIR),
        ("other_chair", "EDU", seat.CHAIR),
    ):
        home = MemberFactory(legal_name=f"{name.replace('_', ' ').title()} House")
        RepresentationFactory(user=people[name], organisation=home)
        SeatFactory(user=people[name], organisation=home, code=code, role=kind)
    StaffRoleFactory(user=people["office"])
    StaffRoleFactory(user=people["administrator"], role=StaffRole.Role.ADMINISTRATOR)
    return {name: person.pk for name, person in people.items()}, (acme.pk, other.pk)
