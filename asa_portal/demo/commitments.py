"""What the members of the demo have committed themselves to, how far they say they are, and what they have read."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from asa_portal.demo.partnership import Partnership
from core.models import Indicator
from members.models import Commitment, CommitmentProgress, Consent, Organisation, User
from members.services.consents import NOTICE_VERSION

_PRINCIPLE = Commitment.Principle
# For each family of members: what is promised, under which principle, counted by which indicator, and per how many of
# the declared workforce (or, without one, how many).
_PROMISES = {
    "IND": [
        ("We offer every worker in our plants a course on high-voltage safety.", _PRINCIPLE.LEARNING, "K1", 8, 400),
        ("Each team leader agrees on development plans with the team.", _PRINCIPLE.LEARNING, "K3", 20, 90),
    ],
    "EDU": [
        ("We award certificates for software-defined vehicles.", _PRINCIPLE.PARTNERSHIPS, "K4", 0, 600),
        ("Half of the places in our courses go to women.", _PRINCIPLE.EQUALITY, "", 0, 0),
    ],
    "REG": [
        ("We publish once a year which skills the plants of the region look for.", _PRINCIPLE.MONITORING, "", 0, 0)
    ],
}


def load(partnership: Partnership) -> dict[str, int]:
    indicators = {one.code: one for one in Indicator.objects.all()}
    made, told = [], []
    this = partnership.today.year
    members = Organisation.objects.members().select_related("member_type").order_by("pk")
    for organisation in members.prefetch_related("workforces"):
        if partnership.seed.random() < 0.35:
            continue
        workforce = max((one.people for one in organisation.workforces.all()), default=0)
        for text, principle, code, share, number in _PROMISES.get(organisation.member_type.code[:3], []):
            aim = max(workforce // share, 10) if share and workforce else number
            one = Commitment(
                organisation=organisation,
                text=text,
                principle=principle,
                indicator=indicators[code] if code else None,
                number=aim if code else None,
                by_year=this + 2,
                created_at=timezone.now() - timedelta(days=900),
            )
            made.append(one)
            told += [
                CommitmentProgress(
                    commitment=one,
                    year=this - back,
                    number=round(aim * (0.45 - 0.2 * back)) if code else None,
                    note="" if code else "As planned.",
                )
                for back in range(2)
            ]
    Commitment.objects.bulk_create(made)
    CommitmentProgress.objects.bulk_create(told)
    people = User.objects.filter(is_system=False)
    Consent.objects.bulk_create(
        Consent(user=one, kind=Consent.Kind.NOTICE, version=NOTICE_VERSION, given=True) for one in people
    )
    return {"commitments": len(made)}
