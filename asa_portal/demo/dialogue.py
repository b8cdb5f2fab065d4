"""What people say to each other in the demo: discussions, comments and announcements, on the days when they did."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from committees.models import Committee, Seat
from groups.dialogue import reading
from groups.models import Announcement, Comment, Group, Proposal, Thread, WorkPlan
from groups.selectors import leads_of
from groups.services import announcements, dialogue
from members.models import User

DATA = Path(__file__).parent / "dialogue.toml"


class Speakers:
    """The people of one body by what they are there. Read anew each time: here days pass."""

    def __init__(self, committee: Committee, group: Group | None = None, proposer: User | None = None) -> None:
        seats = Seat.objects.in_force().filter(committee=committee).order_by("role", "pk").values_list("role", "user")
        self.keys: dict[str, int] = {}
        for number, user in enumerate((user for role, user in seats if role == Seat.Role.MEMBER), start=1):
            self.keys[f"seat {number}"] = user
        self.keys |= {role: user for role, user in seats if role in Seat.STEERING}
        self.keys["office"] = User.objects.get(email="office@demo.test").pk
        if proposer is not None:
            self.keys["proposer"] = proposer.pk
        if group is not None:
            leads = [role.user_id for role in leads_of(group)]
            self.keys["lead"] = leads[0]
            rows = group.memberships.active().exclude(representative=None).exclude(representative__in=leads)
            for number, user in enumerate(rows.order_by("pk").values_list("representative", flat=True), start=1):
                self.keys[f"member {number}"] = user

    def __getitem__(self, who: str) -> User:
        return User.objects.get(pk=self.keys[who])

    def text(self, text: str) -> str:
        found = text.strip()
        for who in self.keys:
            if f"{{{who}}}" in found:
                found = found.replace(f"{{{who}}}", self[who].name)
        return found


class DialogueMaker:
    def __init__(self, partnership: Partnership) -> None:
        self.today = partnership.today
        self.group = Group.objects.active().filter(roles__user__email="lead@demo.test").order_by("code")[0]
        self.committee = Committee.objects.get(code="TECH")

    def _said(self, entry: dict[str, Any], number: int) -> Any:
        return clock.on(self.today - timedelta(days=entry["back"]), 9 + number)

    def comments(self, thread: Callable[[], Thread], entries: list[dict[str, Any]], people: Speakers) -> None:
        for number, entry in enumerate(entries, start=1):
            with self._said(entry, number):
                dialogue.write_comment(
                    thread=thread(), key=uuid.uuid4(), actor=people[entry["who"]], text=people.text(entry["text"])
                )

    def discussion(self, entry: dict[str, Any]) -> None:
        body = self.group if entry["of"] == "group" else self.committee
        people = Speakers(self.committee, self.group)
        first, *others = entry["comment"]
        with self._said(first, 0):
            thread = dialogue.open_discussion(
                body=body,
                key=uuid.uuid4(),
                actor=people[first["who"]],
                title=entry["title"],
                text=people.text(first["text"]),
            )
        self.comments(lambda: thread, others, people)
        keeper = people["lead" if body == self.group else "chair"]
        with self._said(entry["comment"][-1], 8):
            if entry.get("pinned"):
                dialogue.pin_discussion(discussion_id=thread.pk, actor=keeper, pinned=True)
            if note := entry.get("closed"):
                dialogue.close_discussion(discussion_id=thread.pk, actor=keeper, note=note)

    def announcement(self, entry: dict[str, Any]) -> None:
        people = Speakers(self.committee, self.group)
        with self._said(entry, 1):
            announcements.send_announcement(
                body=self.group if entry["of"] == "group" else self.committee,
                key=uuid.uuid4(),
                actor=people[entry["who"]],
                scope=entry.get("scope", Announcement.Scope.BODY),
                title=entry["title"],
                text=entry["text"].strip(),
            )


def load(partnership: Partnership) -> dict[str, int]:
    entries, maker = tomllib.loads(DATA.read_text(encoding="utf-8")), DialogueMaker(partnership)
    for entry in entries["discussion"]:
        maker.discussion(entry)
    for entry in entries["announcement"]:
        maker.announcement(entry)
    people = Speakers(maker.committee, maker.group)
    plan = WorkPlan.objects.filter(group=maker.group, status=WorkPlan.Status.APPROVED).order_by("-year", "-version")[0]
    maker.comments(lambda: reading.stream(plan), entries["plan"][0]["comment"], people)
    activity = plan.activities.order_by("starts", "pk")[0]
    maker.comments(lambda: reading.stream(activity), entries["activity"][0]["comment"], people)
    proposal = Proposal.objects.submitted().filter(committee=maker.committee).order_by("-submitted_at")[0]
    people = Speakers(maker.committee, proposer=proposal.proposer)
    maker.comments(lambda: reading.stream(proposal), entries["proposal"][0]["comment"], people)
    return {"discussions": Thread.objects.count(), "comments": Comment.objects.count()}
