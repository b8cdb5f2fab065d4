"""The Office invites people whom a roster names: chosen on a page, written by a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs, permissions
from core.imports.models import Import
from core.models import Event, Job
from members.models import Invitation, Organisation, User
from members.roster.contacts import Contact, contacts_of
from members.services import invitations

KIND = "roster.invite"
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


def _lane(import_id: int) -> str:
    return f"{KIND}-{import_id}"


def last_job(batch: Import) -> Job | None:
    """The latest sending of invitations to the people of the file, whether it is over or not."""
    return Job.objects.filter(kind=KIND, lane=_lane(batch.pk)).order_by("-pk").first()


@transaction.atomic
def ask_to_invite(*, import_id: int, contacts: Sequence[Contact], actor: User) -> Job | None:
    """Queue the invitations of those of `contacts` that may be invited; None when there is nobody. Asked for the same
    people while that is under way, it answers with the same job. Raises permissions.Denied."""
    permissions.require(actor, "members.invite_from_roster")
    Import.objects.select_for_update(of=("self",)).get(pk=import_id)  # two clicks at once: the second waits
    rows = sorted(one.row.number for one in contacts if not one.state)
    if not rows:
        return None
    key = f"{import_id}-{hashlib.sha256(repr(rows).encode()).hexdigest()[:32]}"
    if same := Job.objects.filter(kind=KIND, key=key, state__in=_UNDER_WAY).first():
        return same
    return jobs.enqueue(KIND, actor=actor, lane=_lane(import_id), key=key, batch=import_id, rows=rows)


@jobs.handler(KIND)
def invite_all(run: jobs.Run) -> None:
    """Payload: batch (id of the import) and rows (numbers of those chosen). Each invitation is a transaction of its
    own, with its letter: killed in the middle, the next attempt writes the others, and nobody is written to twice.
    Left out are those who were invited or took the role meanwhile, and those whose organisation was taken back."""
    batch = Import.objects.get(pk=run.payload["batch"])
    chosen = set(run.payload["rows"])
    contacts = [one for one in contacts_of(batch) if one.row.number in chosen]
    done = set(_already_sent(run.job))
    for place, contact in enumerate(contacts):
        run.progress(place, len(contacts))
        key = contact.organisation.pk, contact.email, contact.role
        if contact.state or key in done:
            continue
        if _invite(run, contact):
            done.add(key)
    with transaction.atomic():
        run.finish({"sent": len(done), "chosen": len(chosen)})


def _already_sent(job: Job) -> Iterator[tuple[int, str, str]]:
    """(organisation, address, role) of what an earlier attempt has sent, also if it was withdrawn since."""
    if job.attempt < 2:
        return
    sent = Event.objects.filter(
        verb__in=[invitations.CREATE, invitations.RENEW], actor=job.created_by, at__gte=job.created_at
    )
    ids = sent.filter(targets__role="subject").values_list("targets__object_id", flat=True)
    yield from Invitation.objects.filter(pk__in=ids).values_list("organisation_id", "email", "role")


@transaction.atomic
def _invite(run: jobs.Run, contact: Contact) -> bool:
    run.fence()
    actor = User.objects.get(pk=run.job.created_by_id)  # anew: the Office may have changed hands since
    try:
        _invitation, is_new = invitations.invite_person(
            organisation_id=contact.organisation.pk,
            email=contact.email,
            name=contact.name,
            role=contact.role,
            actor=actor,
        )
    except (invitations.AlreadyRepresents, Organisation.DoesNotExist):  # in this moment
        return False
    except permissions.Denied as problem:
        raise jobs.JobFailed(
            _("The sending stopped, and those who were invited before stay invited: %(why)s") % {"why": problem}
        ) from problem
    return is_new
