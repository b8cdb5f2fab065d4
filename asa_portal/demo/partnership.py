"""The fictional partnership: organisations, memberships, who speaks for whom, and who sits where."""

from __future__ import annotations

import csv
import random
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from asa_portal.demo.people import People, make_accounts
from committees.models import Committee, Seat
from core.models import Country, MemberType, Region
from core.text import fold
from members.models import Membership, Organisation, Representation, StaffRole, User, Workforce

# Segment of the value chain by member type; a second one for some, so that coverage has overlaps and gaps.
_SEGMENTS = {
    "IND-OEM": ["manufacture"],
    "IND-SUP": ["materials"],
    "IND-SME": ["software"],
    "IND-AFT": ["aftermarket"],
    "EDU-HE": ["education"],
    "EDU-VET": ["education"],
    "EDU-PRIV": ["education"],
    "SOC-EMP": ["employment"],
    "SOC-TU": ["employment"],
    "REG": ["employment"],
    "NET": ["software"],
    "RES": ["energy"],
    "OTH": ["employment"],
}
# Which organisation each demo account speaks for (short name), and in which role.
_SPEAKERS = {
    "chair.tech@demo.test": ("PK", Representation.Role.DELEGATE),
    "vice.tech@demo.test": ("Corvaillac", Representation.Role.DELEGATE),
    "chair.edu@demo.test": ("VTH", Representation.Role.PRIMARY),
    "lead@demo.test": ("Ardesio", Representation.Role.PRIMARY),
    "member@demo.test": ("Beskydia", Representation.Role.PRIMARY),
    "reporter@demo.test": ("Beskydia", Representation.Role.REPORTER),
    "outsider@demo.test": ("Liffeyside", Representation.Role.PRIMARY),
}
_SEATS: dict[str, dict[str, str]] = {  # committee → who chairs (demo account or short name of the organisation)
    "TECH": {"chair": "chair.tech@demo.test", "vice_chair": "vice.tech@demo.test"},
    "EDU": {"chair": "chair.edu@demo.test", "vice_chair": "TU Beskydy"},
    "SOC": {"chair": "FAF", "vice_chair": "FFMW"},
    "REG": {"chair": "Norrstrand", "vice_chair": "SKB"},
}
_MEMBERS_OF: dict[str, list[str]] = {
    "TECH": ["Hallbrugg", "Norrcell", "IBD", "Deltasoft", "Torralba", "AV Mainbogen", "Laadlab"],
    "EDU": ["TH Falkenau", "LM Belleroche", "Leerwerk", "Carpena", "NAMK", "OS Vozidlo"],
    "SOC": ["SMU", "BFW", "FER", "Oppila", "UT Altamesa"],
    "REG": ["Val-Fontaine", "AF Valdaro", "AKA", "TKZ", "PANA", "Axiani Region"],
}


def _named_in_groups() -> set[str]:
    """Short names of the organisations in the groups: they were members before the groups were founded."""
    data = tomllib.loads((Path(__file__).parent / "groups.toml").read_text(encoding="utf-8"))
    entries = data["group"] + data["proposal"]
    found = {
        name
        for one in entries
        for key in ("founders", "members", "requests", "invitations")
        for name in one.get(key, [])
    }
    return found | {one.get(key, "") for one in entries for key in ("lead", "by")}


@dataclass
class Partnership:
    """What the other parts of the demo build on. Organisations by short name, accounts by e-mail."""

    today: date
    seed: random.Random
    accounts: dict[str, User]
    organisations: dict[str, Organisation]
    primaries: dict[str, User] = field(default_factory=dict)  # by short name of the organisation
    reporters: dict[str, User] = field(default_factory=dict)

    @property
    def office(self) -> User:
        return self.accounts["office@demo.test"]

    def of_type(self, *codes: str) -> list[Organisation]:
        return [one for one in self.organisations.values() if one.member_type.code in codes]


def _organisations() -> tuple[list[Organisation], dict[str, int]]:
    types = {kind.code: kind for kind in MemberType.objects.all()}
    countries = {country.nuts_code: country for country in Country.objects.all()}
    regions = {region.code: region for region in Region.objects.filter(level=2, version=2024)}
    made, workforce = [], {}
    with (Path(__file__).parent / "organisations.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            slug = fold(row["short"]).replace(" ", "-")
            organisation = Organisation(
                code=f"~{number}",
                legal_name=row["name"],
                short_name=row["short"],
                member_type=types[row["type"]],
                country=countries[row["country"]],
                region=regions[row["region"]],
                website=f"https://{slug}.example/",
                email_domain=f"{slug}.example",
                pic=str(990_000_000 + number * 37),
                size_class=row["size"],
                segments=_SEGMENTS[row["type"]] + (["energy"] if "att" in row["name"].lower() else []),
            )
            organisation.derive()
            made.append(organisation)
            if row["workforce"]:
                workforce[row["short"]] = int(row["workforce"])
    return made, workforce


_REASONS = {
    Membership.Status.ENDED: "The company was wound up.",
    Membership.Status.SUSPENDED: "The statutes of the alliance are not signed yet.",
}


def _memberships(organisations: list[Organisation], seed: random.Random, today: date) -> None:
    """Grown over the years: about eighty in the first, all but a few by now; two suspended, one left."""
    status = Membership.Status
    special = {"Sûrebierg": status.SUSPENDED, "FM Duerna": status.SUSPENDED, "Trévou": status.ENDED}
    first = date(today.year - 5, 11, 16)
    rows = []
    busy = _named_in_groups() | {name for names in _MEMBERS_OF.values() for name in names}
    busy |= {name for names in _SEATS.values() for name in names.values()} | {
        name for name, _role in _SPEAKERS.values()
    }
    for organisation in organisations:
        early = seed.random() < 0.5 or organisation.short_name in busy
        starts = first + timedelta(days=seed.randrange(0, 60 if early else 5 * 365 - 120))
        state = special.get(organisation.short_name, status.ACTIVE)
        ended = state == status.ENDED
        rows.append(
            Membership(
                organisation=organisation,
                status=state,
                starts=first if organisation.short_name in special else starts,
                ends=today - timedelta(days=200) if ended else None,
                suspended_on=today - timedelta(days=60) if state == status.SUSPENDED else None,
                reason=_REASONS.get(state, ""),
            )
        )
    Membership.objects.bulk_create(rows)


def build(today: date, seed: random.Random) -> Partnership:
    """Organisations, people, roles and seats, as of the day of loading."""
    accounts = make_accounts()
    made, workforce = _organisations()
    Organisation.objects.bulk_create(made)
    for one in made:
        one.code = f"ORG-{one.pk:05d}"
    Organisation.objects.bulk_update(made, ["code"])
    Organisation.history.bulk_history_create(made, default_user=accounts["admin@demo.test"])
    organisations = {one.short_name: one for one in made}
    partnership = Partnership(today=today, seed=seed, accounts=accounts, organisations=organisations)
    _memberships(made, seed, today)
    Workforce.objects.bulk_create(
        Workforce(
            organisation=organisations[short],
            year=today.year - back,
            people=round(people * (1 - 0.015 * back)),
            source="Annual report",
        )
        for short, people in workforce.items()
        for back in range(4)
    )
    _people(partnership)
    _seats(partnership)
    return partnership


def _people(partnership: Partnership) -> None:
    people, role = People(partnership.seed), Representation.Role
    start = date(partnership.today.year - 4, 1, 1)
    rows = []

    def speaks(user: User, short: str, kind: str) -> None:
        rows.append(Representation(user=user, organisation=partnership.organisations[short], role=kind, starts=start))
        if kind == role.PRIMARY:
            partnership.primaries[short] = user
        if kind == role.REPORTER:
            partnership.reporters[short] = user

    pending = []
    for short, organisation in partnership.organisations.items():
        taken = {kind: email for email, (at, kind) in _SPEAKERS.items() if at == short}
        wanted = [role.PRIMARY, role.REPORTER] if organisation.size_class == "large" else [role.PRIMARY]
        for kind in dict.fromkeys([*wanted, *taken]):
            email = taken.get(kind)
            user = partnership.accounts[email] if email else people.next(organisation.email_domain)
            pending.append((user, short, kind))
    people.save()
    for user, short, kind in pending:
        speaks(user, short, kind)
        if kind == role.PRIMARY:
            partnership.reporters.setdefault(short, user)
    Representation.objects.bulk_create(rows)
    StaffRole.objects.bulk_create(
        [
            StaffRole(user=partnership.office, role=StaffRole.Role.OFFICE, starts=start),
            StaffRole(user=partnership.accounts["office2@demo.test"], role=StaffRole.Role.OFFICE, starts=start),
            StaffRole(user=partnership.accounts["admin@demo.test"], role=StaffRole.Role.ADMINISTRATOR, starts=start),
        ]
    )


def _seats(partnership: Partnership) -> None:
    start = date(partnership.today.year - 4, 2, 1)
    rows = []
    for committee in Committee.objects.all():
        holders = {**_SEATS[committee.code]}
        for role, who in holders.items():
            account = partnership.accounts.get(who)
            short = _SPEAKERS[who][0] if account else who
            rows.append(
                Seat(
                    committee=committee,
                    user=account or partnership.primaries[short],
                    organisation=partnership.organisations[short],
                    role=role,
                    starts=start,
                )
            )
        for short in _MEMBERS_OF[committee.code]:
            rows.append(
                Seat(
                    committee=committee,
                    user=partnership.primaries[short],
                    organisation=partnership.organisations[short],
                    starts=start,
                )
            )
    Seat.objects.bulk_create(rows)
