"""People whom a roster names: the Office chooses whom to invite. The import itself writes nothing about them and sends
nothing; who is invited becomes a representative by accepting, like everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.imports.models import Import, ImportRow
from members.models import Invitation, Organisation, Representation
from members.roster.cells import clean_email, clean_role
from members.roster.comparing import OTHER
from members.roster.fields import CONTACT


@dataclass(frozen=True)
class Contact:
    """`state`: "" (may be invited), "invited" or "represents"."""

    row: ImportRow
    organisation: Organisation
    name: str
    email: str
    role: str
    state: str

    @property
    def role_label(self) -> str:
        return str(Representation.Role(self.role).label)


def contacts_of(batch: Import) -> list[Contact]:
    """Each person once for an organisation and role, in the order of the file; of organisations on record."""
    rows = [
        row
        for row in batch.rows.all()
        if row.cells.get(CONTACT) and CONTACT not in row.errors and row.decided_fields.get(CONTACT) != OTHER
    ]
    by_number = dict(batch.rows.filter(object_id__isnull=False).values_list("number", "object_id"))
    owner: dict[int, int] = {}
    for row in rows:
        undone = row.result in {ImportRow.Result.REVERSED, ImportRow.Result.SKIPPED}
        found = None if undone or row.outcome == ImportRow.Outcome.ERROR else row.object_id or row.match_id
        if found is None and row.outcome == ImportRow.Outcome.UNCHANGED and row.evidence:
            found = by_number.get(row.evidence[0]["row"])  # an earlier row has brought the organisation
        if found is not None:
            owner[row.number] = found
    organisations = Organisation.objects.in_bulk(set(owner.values()))
    invited, represented = _known(organisations, {row.cells["contact_email"].lower() for row in rows})
    seen: dict[tuple[int, str, str], Contact] = {}
    for row in rows:
        organisation = organisations.get(owner.get(row.number, 0))
        if organisation is None or "contact_role" in row.errors:
            continue
        email, role = clean_email(row.cells["contact_email"]), clean_role(row.cells.get("contact_role", ""))
        key = organisation.pk, email, role
        state = "represents" if key in represented else "invited" if key in invited else ""
        seen.setdefault(key, Contact(row, organisation, row.cells.get("contact_name", "")[:150], email, role, state))
    return list(seen.values())


def _known(
    organisations: Collection[int], emails: Collection[str]
) -> tuple[set[tuple[int, str, str]], set[tuple[int, str, str]]]:
    """((organisation, address, role) of invitations that wait, and of roles that are held)."""
    waiting = Invitation.objects.usable().filter(organisation__in=organisations)
    held = Representation.objects.current().filter(organisation__in=organisations)
    return (
        {key for key in waiting.values_list("organisation_id", "email", "role") if key[1] in emails},
        {
            key
            for key in held.filter(user__emailaddress__verified=True).values_list(
                "organisation_id", "user__emailaddress__email", "role"
            )
            if key[1] in emails
        },
    )
