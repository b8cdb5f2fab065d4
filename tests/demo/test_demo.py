"""The demo partnership: believable, whole, the same every time, and only where it is asked for."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from asa_portal.demo.people import ACCOUNTS, PASSWORD
from asa_portal.news.models import Post
from committees.models import Committee, Decision, Seat
from core.models import Country, Event, MemberType, Notification
from core.uploads import accept
from groups.models import Group, GroupMembership, GuestInvitation, Proposal, Thread, WorkPlan
from kpis.models import Adjustment, CountedLine, Evidence, Report, Round, Total
from members.models import Organisation, User
from projects.models import Initiative, Result

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]  # the whole partnership is made, which takes its time


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for the tests of this file, and emptied after them."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)


@pytest.mark.usefixtures("demo")
class TestDemo:
    def test_it_has_about_120_organisations_in_26_countries_of_every_type(self):
        assert 115 <= Organisation.objects.count() <= 130
        assert Country.objects.filter(organisation__isnull=False).distinct().count() == 26
        assert not MemberType.objects.filter(organisation=None).exists()

    def test_every_committee_has_a_chair_a_vice_chair_and_members(self):
        for committee in Committee.objects.all():
            roles = Counter(committee.seats.current().values_list("role", flat=True))
            assert roles[Seat.Role.CHAIR] == roles[Seat.Role.VICE_CHAIR] == 1
            assert roles[Seat.Role.MEMBER] >= 5

    def test_it_has_14_groups_of_both_kinds_and_proposals_on_their_way(self):
        assert Group.objects.count() == 14
        assert set(Group.objects.values_list("kind", flat=True)) == {"working_group", "task_force"}
        assert set(Proposal.objects.values_list("status", flat=True)) == set(Proposal.Status.values)

    def test_the_registers_are_numbered_as_the_years_went_by(self):
        entries = Decision.objects.select_related("event").order_by("committee", "year", "number")
        assert entries.filter(kind=Decision.Kind.RECOMMENDATION).exists()
        for (_committee, year), register in groupby(entries, key=lambda one: (one.committee_id, one.year)):
            told = list(register)
            assert [one.number for one in told] == list(range(1, len(told) + 1))
            days = [timezone.localtime(one.event.at) for one in told]
            assert days == sorted(days)
            assert {day.year for day in days} == {year}

    @pytest.mark.parametrize(
        ("model", "moment"),
        [
            (GroupMembership, "requested_at"),
            (GuestInvitation, "created_at"),
            (Thread, "opened_at"),
            (Result, "recorded_at"),
        ],
    )
    def test_nothing_is_said_to_have_happened_when_the_demo_was_loaded(self, model, moment):
        days = {timezone.localdate(at) for at in model._base_manager.values_list(moment, flat=True)}
        assert days
        assert max(days) < timezone.localdate()

    def test_work_plans_stand_in_every_state(self):
        assert set(WorkPlan.objects.values_list("status", flat=True)) == set(WorkPlan.Status.values)

    def test_it_has_three_complete_years_and_a_running_one_with_reports_in_every_state(self):
        years = list(Round.objects.filter(period="YEAR").order_by("year").values_list("year", flat=True))
        assert len(years) == 4
        assert set(Report.objects.values_list("status", flat=True)) == set(Report.Status.values)
        assert Report.objects.filter(round__year=years[2], status=Report.Status.LOCKED).count() > 80

    def test_every_initiative_has_figures_that_count(self):
        codes = set(Initiative.objects.values_list("code", flat=True))
        assert len(codes) == 3
        assert set(Total.objects.filter(by="initiative", low__gt=0).values_list("key", flat=True)) == codes

    def test_news_stand_in_every_state_of_every_kind_of_publisher(self):
        assert set(Post.objects.values_list("status", flat=True)) == set(Post.Status.values)
        out = Post.objects.published()
        for kind in ("committee", "group", "project"):
            assert out.exclude(**{kind: None}).exists(), kind
        assert out.of(None).exists()
        assert out.exclude(image="").exists()
        assert out.exclude(corrected_at=None).exists()

    def test_some_lines_are_contested_and_some_are_reported_twice(self):
        status = CountedLine.Status
        found = set(CountedLine.objects.values_list("status", flat=True))
        assert found >= {status.COUNTS, status.ALSO_REPORTED, status.CONTESTED, status.SETTLED}

    def test_a_settlement_waits_for_the_second_person_of_the_office(self):
        waiting = Adjustment.objects.get(status=Adjustment.Status.PROPOSED)
        assert User.objects.get(email="office@demo.test").has_perm("kpis.approve_settlement", waiting)
        assert Adjustment.objects.filter(status=Adjustment.Status.APPROVED).count() >= 3

    @pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email)
    def test_every_account_signs_in(self, client, account):
        answer = client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert client.get(reverse("pages:me")).status_code == 200

    def test_accounts_have_the_roles_that_they_are_listed_with(self):
        user = {one.email: User.objects.get(email=one.email) for one in ACCOUNTS}
        assert user["admin@demo.test"].is_administrator
        assert user["office@demo.test"].is_office
        assert user["office2@demo.test"].is_office
        assert user["chair.tech@demo.test"].seats.get().role == Seat.Role.CHAIR
        assert user["vice.tech@demo.test"].seats.get().role == Seat.Role.VICE_CHAIR
        assert user["chair.edu@demo.test"].seats.get().committee.code == "EDU"
        assert Group.objects.led_by(user["lead@demo.test"]).filter(committee__code="TECH").exists()
        assert (
            user["member@demo.test"].organisation_roles.keys() == user["reporter@demo.test"].organisation_roles.keys()
        )
        assert (
            not user["outsider@demo.test"].organisation_roles.keys()
            & user["member@demo.test"].organisation_roles.keys()
        )

    def test_figures_have_files_behind_them_that_are_what_their_names_say(self):
        found = list(Evidence.objects.select_related("report"))
        assert len(found) >= 24
        for one in found:
            with one.file.open("rb") as file:
                data = file.read()
            assert accept(one.name, data).media_type == one.media_type
            assert one.media_type == {"pdf": "application/pdf", "png": "image/png"}[one.name.rpartition(".")[2]]
            assert one.uploaded_by in one.report.authors.all()
        corrected = Report.objects.filter(revision=2, superseded_at=None, evidence__isnull=False)
        assert corrected.exists()  # from a single figure to its revisions and its evidence

    def test_what_happened_in_the_demo_is_dated_when_it_happened_and_sends_no_mail(self):
        days = Event.objects.dates("at", "day")
        assert len(days) > 100
        assert not Notification.objects.exclude(email_state=Notification.Email.NONE).exists()

    def test_the_newest_notification_stands_first(self):
        for account in ("office", "lead", "chair.tech"):
            told = Notification.objects.filter(recipient__email=f"{account}@demo.test").order_by("-pk")
            days = list(told.values_list("event__at", flat=True))
            assert len(days) > 2
            assert days == sorted(days, reverse=True)

    def test_a_banner_says_that_it_is_fictional(self, client, settings):
        settings.DEMO = True
        assert "fictional" in client.get(reverse("pages:home")).content.decode()

    @pytest.mark.parametrize(
        ("who", "kilobytes"), [(None, 135), ("office@demo.test", 160), ("reporter@demo.test", 160)]
    )
    def test_the_dashboard_of_three_years_is_light(self, client, django_assert_max_num_queries, who, kilobytes):
        if who:
            client.force_login(User.objects.get(email=who))
        year = Total.objects.order_by("year").values_list("year", flat=True).distinct()[2]
        with django_assert_max_num_queries(15):
            page = client.get(reverse("kpis:dashboard"), {"year": year})
        assert 100_000 < len(page.content) < kilobytes * 1000
        for section in ("who", "what", "indicators", "coverage"):
            with django_assert_max_num_queries(15):
                part = client.get(
                    reverse("kpis:dashboard"), {"year": year, "section": section}, headers={"HX-Request": "true"}
                )
            assert len(part.content) < 60_000

    def test_loading_again_changes_nothing(self):
        before = Event.objects.count(), Organisation.objects.count()
        call_command("load_demo", verbosity=0)
        assert (Event.objects.count(), Organisation.objects.count()) == before

    def test_accounts_are_told_as_one_line_of_json(self, capsys):
        call_command("demo_accounts", "--json")
        rows = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert [set(row) for row in rows] == [{"email", "password", "role"}] * len(ACCOUNTS)
