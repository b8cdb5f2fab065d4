"""Groups, proposals and work plans of the demo: done by the portal's own services, on the days when they happened."""

from __future__ import annotations

import calendar
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from committees.models import Committee, Decision, Seat
from core.models import ActivityType, Theme
from groups import closing
from groups.models import Activity, Founder, Group, GroupKind, GroupRole, Proposal, WorkPlan
from groups.models.proposals import months_after
from groups.services import guests, inviting, joining, plans, proposals
from groups.services.progress import complete_plan, report_activity, save_closing_report
from members.models import Organisation, User

DATA = Path(__file__).parent / "groups.toml"


class GroupMaker:
    def __init__(self, partnership: Partnership) -> None:
        self.partnership, self.today = partnership, partnership.today
        self.types = {kind.code: kind for kind in ActivityType.objects.current()}
        self.committees = {one.code: one for one in Committee.objects.all()}

    def organisation(self, name: str) -> Organisation:
        if "@" in name:
            user = self.partnership.accounts[name]
            return user.representations.select_related("organisation")[0].organisation
        return self.partnership.organisations[name]

    def person(self, name: str) -> User:
        """Read anew each time: roles are remembered for a request, and here days pass."""
        user = self.partnership.accounts.get(name) or self.partnership.primaries[name]
        return User.objects.get(pk=user.pk)

    def chair(self, code: str, *, but_not: User) -> User:
        """Who decides in the committee: the chair, or the vice-chair on what the chair wrote."""
        seats = Seat.objects.in_force().filter(committee__code=code, role__in=("chair", "vice_chair")).order_by("role")
        return next(seat.user for seat in seats.select_related("user") if seat.user_id != but_not.pk)

    # -- Proposals and groups --
    def propose(self, entry: dict[str, Any], who: str, day: date, ends: date | None) -> Proposal:
        with clock.on(day):
            proposal = proposals.start_proposal(
                actor=self.person(who),
                organisation_id=self.organisation(who).pk,
                title=entry["title"],
                kind=entry["kind"],
                committee=self.committees[entry["committee"]],
                scope=entry["scope"],
                out_of_scope=entry.get("out_of_scope", ""),
                expected_outputs=entry["outputs"],
                ends=ends,
                themes=Theme.objects.filter(code__in=entry["themes"]),
                founders=[self.organisation(name) for name in entry["founders"]],
            )
        if entry.get("status") != Proposal.Status.DRAFT:
            with clock.on(day + timedelta(days=3), 15):
                proposals.submit_proposal(proposal_id=proposal.pk, actor=self.person(who))
            self.confirm(proposal, entry["founders"], day + timedelta(days=5))
        return proposal

    def confirm(self, proposal: Proposal, names: list[str], day: date) -> None:
        """Co-founders say yes, each by its primary contact."""
        rows = {row.organisation_id: row for row in proposal.founder_rows.filter(status=Founder.Status.ASKED)}
        for name in names:
            if row := rows.get(self.organisation(name).pk):
                with clock.on(min(day, self.today), 12):
                    proposals.confirm_founding(founder_id=row.pk, actor=self.person(name))

    def pending(self, entry: dict[str, Any], back: int) -> None:
        day = self.today - timedelta(days=back)
        ends = months_after(self.today, entry["ends_in_months"]) if "ends_in_months" in entry else None
        proposal = self.propose(entry, entry["by"], day, ends)
        for number, (question, answer) in enumerate(entry.get("questions", [])):
            chair = self.chair(entry["committee"], but_not=proposal.proposer)
            with clock.on(day + timedelta(days=6 + 2 * number), 10):
                proposals.return_proposal(proposal_id=proposal.pk, actor=chair, note=question)
            with clock.on(day + timedelta(days=7 + 2 * number), 14):
                proposals.answer_proposal(
                    proposal_id=proposal.pk, actor=self.person(entry["by"]), note=answer, hand_in=True
                )
        decide = {"returned": proposals.return_proposal, "declined": proposals.decline_proposal}.get(entry["status"])
        if decide:
            chair = self.chair(entry["committee"], but_not=proposal.proposer)
            with clock.on(day + timedelta(days=9), 11):
                decide(proposal_id=proposal.pk, actor=chair, note=entry["reason"])

    def group(self, entry: dict[str, Any]) -> Group:
        day = self.today - timedelta(days=round(30.4 * entry["founded_months_ago"]))
        ends = months_after(self.today, entry["ends_in_months"]) if "ends_in_months" in entry else None
        proposal = self.propose(entry, entry["lead"], day - timedelta(days=24), ends)
        chair = self.chair(entry["committee"], but_not=proposal.proposer)
        with clock.on(day, 11):
            group = proposals.accept_proposal(
                proposal_id=proposal.pk, actor=chair, note="A good fit with the remit of the committee."
            )
        if legacy := entry.get("legacy_codes"):
            group.legacy_codes = legacy
            group.save(update_fields=["legacy_codes"])
        if co_lead := entry.get("co_lead"):
            GroupRole.objects.create(
                group=group,
                user=self.person(co_lead),
                organisation=self.organisation(co_lead),
                role=GroupRole.Role.CO_LEAD,
                starts=day,
            )
        for number, name in enumerate(entry.get("members", [])):
            asked = min(day + timedelta(days=20 + 17 * number), self.today - timedelta(days=6))
            self.join(group, name, asked, admitted_by=entry["lead"])
        for number, name in enumerate(entry.get("requests", [])):
            self.join(group, name, self.today - timedelta(days=4 + number))
        for number, name in enumerate(entry.get("invitations", [])):
            with clock.on(self.today - timedelta(days=3 + number), 10):
                inviting.invite(
                    group_id=group.pk,
                    organisation=self.organisation(name),
                    actor=self.person(entry["lead"]),
                    message="Your experience is missing in our group: would you join us?",
                )
        for name in entry.get("guests", []):
            with clock.on(self.today - timedelta(days=12), 10):
                invited = guests.invite_guest(
                    group_id=group.pk,
                    name=str(self.person(name)),
                    email=self.person(name).email,
                    until=self.today + timedelta(days=80),
                    actor=self.person(entry["lead"]),
                    note="Evaluates how the group works.",
                )
            with clock.on(self.today - timedelta(days=11), 9):
                guests.accept_guest(invitation_id=invited.pk, actor=self.person(name))
            with clock.on(self.today - timedelta(days=2), 15):
                guests.invite_guest(
                    group_id=group.pk,
                    name="Marta Kaczmarek",
                    email="marta.kaczmarek@evaluation.example",
                    until=self.today + timedelta(days=60),
                    actor=self.person(entry["lead"]),
                    note="You evaluate training measures for the region: please see how we work.",
                )
        return group

    def join(self, group: Group, name: str, day: date, admitted_by: str = "") -> None:
        person = self.person(name)
        with clock.on(day, 13):
            membership = joining.ask_to_join(
                group_id=group.pk,
                organisation_id=self.organisation(name).pk,
                actor=person,
                representative=person,
                message="We work on this already and would like to share it.",
            )
        if admitted_by:
            with clock.on(day + timedelta(days=3), 9):
                joining.admit(membership_id=membership.pk, actor=self.person(admitted_by))

    # -- Work plans --
    def plans(self, group: Group, entry: dict[str, Any]) -> None:
        for offset, state in sorted((int(key), value) for key, value in entry["plans"].items()):
            year = self.today.year + offset
            if year < group.starts.year or (group.ends and year > group.ends.year):
                continue
            first = max(date(year - 1, 11, 20), group.starts + timedelta(days=30))
            self.plan(group, entry, year, state, min(first, self.today - timedelta(days=34)))

    def plan(self, group: Group, entry: dict[str, Any], year: int, state: str, day: date) -> None:
        lead = self.person(entry["lead"])
        chair = self.chair(entry["committee"], but_not=lead)
        plan = self._draft(group, entry, year, day, lead)
        if state == WorkPlan.Status.DRAFT:
            return
        self._submit(plan, lead, day + timedelta(days=8))
        if state == WorkPlan.Status.SUBMITTED:
            return
        if state == WorkPlan.Status.RETURNED or entry.get("second_version"):
            with clock.on(day + timedelta(days=14), 16):
                plans.return_plan(
                    plan_id=plan.pk,
                    actor=chair,
                    note="Please say who uses the results, and leave a month between the last two deliverables.",
                )
            if state == WorkPlan.Status.RETURNED:
                return
            self._mend(plan, lead, day + timedelta(days=19))
            self._submit(plan, lead, day + timedelta(days=20))
        with clock.on(day + timedelta(days=26), 10):
            plans.approve_plan(plan_id=plan.pk, actor=chair, note="Approved as discussed in the committee.")
        self._progress(plan, entry, year)
        if state == WorkPlan.Status.COMPLETED:
            self._close(plan, lead, min(date(year + 1, 1, 18), self.today))
        elif entry.get("second_version"):
            self._second_version(group, year, lead, chair)

    def _draft(self, group: Group, entry: dict[str, Any], year: int, day: date, lead: User) -> WorkPlan:
        with clock.on(day):
            plan = plans.start_plan(group_id=group.pk, year=year, actor=lead)
            plans.change_plan(
                plan_id=plan.pk,
                revision=plan.revision,
                actor=lead,
                objectives=f"{entry['outputs']} In {year} the group goes from plans to results that members use.",
                meetings=4 if group.kind == GroupKind.WORKING_GROUP else 6,
                resources="Working time of the members; travel is paid by each organisation.",
            )
            people = list(group.memberships.active().exclude(representative=None).order_by("pk"))
            for number, row in enumerate(entry["activity"]):
                member = people[number % len(people)]
                starts, ends = self._dates(group, year, *row["months"])
                plans.add_activity(
                    plan_id=plan.pk,
                    actor=lead,
                    activity_type=self.types[row["type"]],
                    title=row["title"],
                    organisation=member.organisation,
                    owner=member.representative,
                    starts=starts,
                    ends=ends,
                    deliverable=row["deliverable"],
                    deliverable_date=ends,
                    indicator=row.get("indicator", ""),
                    target=row.get("target"),
                )
        return plan

    def _dates(self, group: Group, year: int, first: int, last: int) -> tuple[date, date]:
        """Within the year and the life of the group."""
        starts = max(date(year, first, 1), group.starts)
        ends = max(date(year, last, calendar.monthrange(year, last)[1]), starts + timedelta(days=30))
        ends = min(ends, group.ends) if group.ends else ends
        return min(starts, ends), ends

    def _submit(self, plan: WorkPlan, lead: User, day: date) -> None:
        with clock.on(day, 14):
            plans.submit_plan(plan_id=plan.pk, actor=lead)

    def _mend(self, plan: WorkPlan, lead: User, day: date) -> None:
        """What the lead changes after the plan came back: the last deliverable moves, one title says who it is for."""
        first, *_others, last = list(plan.activities.order_by("starts", "pk"))
        with clock.on(day, 9):
            plans.change_activity(
                activity_id=first.pk,
                revision=first.revision,
                actor=lead,
                title=f"{first.title}, for members and schools",
            )
            plans.change_activity(
                activity_id=last.pk,
                revision=last.revision,
                actor=lead,
                deliverable_date=max(last.starts, last.ends - timedelta(days=20)),
            )

    def _progress(self, plan: WorkPlan, entry: dict[str, Any], year: int) -> None:
        """Owners tell how it goes: as far as the calendar has come, and as far as they have."""
        wanted = {row["title"]: row["progress"] for row in entry["activity"]}
        for activity in plan.activities.select_related("owner"):
            if activity.starts > self.today:
                continue
            title = activity.title.removesuffix(", for members and schools")
            progress = 100 if year < self.today.year else wanted[title]
            done = progress == 100 and activity.ends <= self.today
            day = min(activity.ends, self.today - timedelta(days=3)) if done else self.today - timedelta(days=9)
            with clock.on(max(day, activity.starts), 12):
                report_activity(
                    activity_id=activity.pk,
                    actor=User.objects.get(email=activity.owner.email if activity.owner else ""),
                    status=Activity.Status.DONE if done else Activity.Status.RUNNING,
                    progress=100 if done else min(progress, 95),
                    note="Delivered." if done else "Under way; partners have sent their parts.",
                )

    def _close(self, plan: WorkPlan, lead: User, day: date) -> None:
        """The report of the year, as the portal drafts it from what the owners told, with a sentence of the lead."""
        plan = WorkPlan.objects.get(pk=plan.pk)  # with what was written since
        draft = closing.draft_of(plan, list(plan.activities.all()), closing.notes_of(plan))
        draft["summary"] += "\n\nWhat members use of it is asked again in spring; what is missing is in the next plan."
        with clock.on(day, 10):
            save_closing_report(plan_id=plan.pk, revision=0, actor=lead, **draft)
            complete_plan(plan_id=plan.pk, actor=lead)

    def _second_version(self, group: Group, year: int, lead: User, chair: User) -> None:
        day = self.today - timedelta(days=40)
        with clock.on(day):
            plan = plans.start_plan(group_id=group.pk, year=year, actor=lead)
            last = plan.activities.order_by("-starts", "-pk")[0]
            plans.change_activity(
                activity_id=last.pk,
                revision=last.revision,
                actor=lead,
                deliverable="Collection of 20 cases, with a summary",
            )
        self._submit(plan, lead, day + timedelta(days=2))
        with clock.on(day + timedelta(days=9), 10):
            plans.approve_plan(
                plan_id=plan.pk,
                actor=chair,
                note="More cases, same dates: fine.",
                manner=Decision.Manner.MEETING,
                held_on=day + timedelta(days=9),
            )


def load(partnership: Partnership) -> dict[str, int]:
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))
    maker = GroupMaker(partnership)
    # Oldest first: codes are numbered as the groups were founded.
    for entry in sorted(entries["group"], key=lambda entry: -entry["founded_months_ago"]):
        maker.plans(maker.group(entry), entry)
    for number, entry in enumerate(entries["proposal"]):
        maker.pending(entry, back=12 + 6 * number)
    return {"groups": Group.objects.count(), "work plans": WorkPlan.objects.count()}
