"""Ideas for projects of the demo partnership, one in each state: done by the portal's own services, on the days when it
happened."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from asa_portal.demo import clock
from asa_portal.demo.groups import GroupMaker
from asa_portal.demo.partnership import Partnership
from committees.models import Committee
from core.models import Country, MemberType, Theme
from projects.models import Idea
from projects.partnering import services

DATA = Path(__file__).parent / "ideas.toml"


class IdeaMaker(GroupMaker):
    """Knows the people and the organisations by the same names as the groups do."""

    def idea(self, entry: dict[str, Any]) -> Idea:
        posted = self.today - timedelta(days=entry["posted_days_ago"])
        deadline = self.today + timedelta(days=entry["deadline_in_days"])
        start = date(deadline.year + 1, 9, 1)
        with clock.on(posted, 10):
            idea = services.post_idea(
                actor=self.person(entry["by"]),
                organisation_id=self.organisation(entry["by"]).pk,
                title=entry["title"],
                summary=entry["summary"],
                committee=Committee.objects.get(code=entry["committee"]),
                programme=entry["programme"],
                call=entry.get("call", ""),
                deadline=deadline,
                starts=start,
                ends=date(start.year + 3, 8, 31),
                themes=Theme.objects.filter(code__in=entry["themes"]),
                member_types=MemberType.objects.filter(code__in=entry.get("types", [])),
                profiles=entry.get("profiles", []),
                countries=Country.objects.filter(code__in=entry.get("countries", [])),
            )
        for number, one in enumerate(entry.get("interest", [])):
            self.interest(idea, one, posted + timedelta(days=3 + 2 * number), entry["by"])
        for name in entry.get("asked", []):
            with clock.on(posted + timedelta(days=2), 15):
                services.approach(idea_id=idea.pk, actor=self.person(entry["by"]), organisation=self.organisation(name))
        if words := entry.get("recommended"):
            with clock.on(posted + timedelta(days=14), 11):
                chair = self.chair(entry["committee"], but_not=idea.author)
                services.recommend_idea(idea_id=idea.pk, actor=chair, note=words, manner="meeting")
        if words := entry.get("closed"):
            with clock.on(posted + timedelta(days=20), 9):
                services.close_idea(idea_id=idea.pk, actor=self.person(entry["by"]), note=words)
        if deadline < self.today:
            with clock.on(deadline + timedelta(days=1), 0, 5):
                services.expire_due()
        if facts := entry.get("granted"):
            self.grant(idea, facts, entry["by"], start)
        return idea

    def interest(self, idea: Idea, one: dict[str, str], day: date, poster: str) -> None:
        with clock.on(day, 14):
            made = services.express_interest(
                idea_id=idea.pk,
                actor=self.person(one["who"]),
                organisation=self.organisation(one["who"]),
                role=one["role"],
                brings=one["brings"],
            )
        with clock.on(day + timedelta(days=1), 9):
            if "accepted" in one:
                services.accept_interest(interest_id=made.pk, actor=self.person(poster), note=one["accepted"])
            elif "declined" in one:
                services.decline_interest(interest_id=made.pk, actor=self.person(poster), note=one["declined"])
            elif "withdrawn" in one:
                services.withdraw_interest(interest_id=made.pk, actor=self.person(one["who"]), note=one["withdrawn"])

    def grant(self, idea: Idea, facts: dict[str, Any], poster: str, start: date) -> None:
        day = self.today - timedelta(days=facts["days_ago"])
        with clock.on(day, 10):
            services.award_idea(
                idea_id=idea.pk,
                actor=self.person(poster),
                acronym=facts["acronym"],
                project_summary=facts["summary"],
                starts=start,
                ends=date(start.year + 3, 8, 31),
            )
        if facts.get("entered"):
            with clock.on(day + timedelta(days=2), 10):
                services.confirm_idea(idea_id=idea.pk, actor=self.person("office@demo.test"))


def load(partnership: Partnership) -> dict[str, int]:
    maker = IdeaMaker(partnership)
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["idea"]
    return {"ideas": len([maker.idea(entry) for entry in entries])}
