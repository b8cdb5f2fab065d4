"""Whoever is forgotten stands in no column of words of any table, also of one that nobody has thought of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from committees.models import Procedure
from core import events, forgetting
from core.imports.models import Import
from core.models import Event, Indicator
from groups.models import Announcement
from kpis.models import Adjustment
from members.models import Organisation
from members.services import erasure
from projects.models import ResultUse
from tests.factories.dialogue import ThreadFactory
from tests.factories.groups import GroupChangeFactory, GroupFactory, MeetingFactory, ProposalFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.members import (
    ApplicationFactory,
    CommitmentFactory,
    MemberFactory,
    RepresentationFactory,
    UserFactory,
)
from tests.factories.news import PostFactory
from tests.factories.projects import ResultFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Žo Ný", "zo@v.test"  # short, so that they fit into short columns
# Where the name may stay: an organisation's, and those of people who are somebody else. Whoever adds one says why.
MAY_STAY = {
    "members.application contact_name", "members.application name_key", "members.application organisation_name",
    "members.application website", "members.invitation name", "members.merge merged_name", "members.represented name",
    "members.represented name_key", "members.user email", "members.user name", "members.user password",
    "groups.guestinvitation name", "projects.partner name", "projects.project coordinator_name",
    *(
        f"members.{kind} {column}"
        for kind in ("organisation", "historicalorganisation")
        for column in "legal_name short_name other_names aliases website email_domain vat national_id".split()
    ),
    "members.organisation name_key", "members.organisation search_text",
    *(
        f"core.{kind} "
        for kind in (
            "skillsprofile breakdown breakdowncategory indicator indicatorversion membertype membertypealias theme "
            "activitytype licence country region"
        ).split()
    ),
}  # fmt: skip


def value_of(field: models.Field, made: dict[type, models.Model], depth: int) -> Any:
    """Something that the column takes."""
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.ForeignKey):
        return None if field.null else row_of(field.related_model, made, depth + 1).pk
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return date(2024, 1, 1)
    if isinstance(field, models.IntegerField):
        return 2024
    if isinstance(field, models.GenericIPAddressField):
        return "192.0.2.1"
    return "x"


def row_of(model: Any, made: dict[type, models.Model], depth: int = 0) -> models.Model:
    """A row of that table: one that is there, or one that is made past all rules."""
    if (known := made.get(model) or model._base_manager.first()) is not None:
        return known
    assert depth < 6, model
    values = {}
    for field in model._meta.concrete_fields:
        by_itself = field.has_default() or field.null or isinstance(field, models.AutoField)
        if not by_itself:
            values[field.attname] = value_of(field, made, depth)
    row = model(**values)
    with transaction.atomic():
        row.save_base(raw=True, force_insert=True)
    made[model] = row
    return row


def rows_under_rules() -> dict[type, models.Model]:
    """Of tables whose constraints want more than a value in each column."""
    group = GroupFactory()
    settled = Adjustment(
        year=2024, series="achieved", contested_set="x", method="none", reason="x", proposed_by=UserFactory(),
        indicator=Indicator.objects.first(),
    )  # fmt: skip
    settled.save_base(raw=True, force_insert=True)
    batch = Import.objects.create(kind="roster", status="applied", created_by=UserFactory())
    procedure = Procedure(
        committee=group.committee, subject=group, title="x", opened_by=batch.created_by,
        closes_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    procedure.save_base(raw=True, force_insert=True)
    return {
        type(row): row
        for row in (
            CommitmentFactory(),
            group,
            ProposalFactory(),
            GroupChangeFactory(),
            settled,
            batch,
            procedure,
            MeetingFactory(group=group),
            Announcement.objects.create(group=group, title="x", text="x", author=batch.created_by),
            ThreadFactory(group=group),
            IdeaFactory(),
            PostFactory(group=group),
            ResultUse.objects.create(result=ResultFactory(), group=group),
        )
    }


def planted_in(row: models.Model, field: models.Field) -> Any:
    if isinstance(field, models.JSONField):
        return {"said by": [f"{NAME.upper()} <{ADDRESS}>", {NAME: 1}]}
    text = ADDRESS if isinstance(field, models.EmailField) else f"Ask {NAME} ({ADDRESS.upper()})"
    if field.max_length and len(text) > field.max_length:
        text = NAME
    return None if field.max_length and len(text) > field.max_length else text


def plant_everywhere() -> set[str]:
    """Returns the columns that name the person now."""
    found: set[str] = set()
    made = rows_under_rules()
    for model, fields in forgetting.columns():
        try:
            row = row_of(model, made)
        except IntegrityError as problem:
            raise AssertionError(f"make a row of {model._meta.label} in rows_under_rules: {problem}") from problem
        for field in fields:
            value = planted_in(row, field)
            if value is None or (model._meta.label_lower, field.name) in OWN:
                continue
            models.QuerySet(model).filter(pk=row.pk).update(**{field.name: value})
            found.add(f"{model._meta.label_lower} {field.name}")
    return found


# A row that belongs to the person goes with the account; the address of an invitation or an application finds them.
OWN = {("account.emailaddress", "email")}


def everything() -> str:
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def test_a_name_planted_in_every_column_of_the_database_is_found_and_goes(personas: Personas) -> None:
    person = UserFactory(name=NAME, email=ADDRESS)
    RepresentationFactory(user=person, organisation=personas.organisation)
    ApplicationFactory(email=ADDRESS, contact_name=NAME)
    trail = Event.objects.count()
    columns = plant_everywhere()
    assert len(columns) > 90, "of every app"
    assert {"groups.activity progress_note", "kpis.figure note", "admin.logentry object_repr"} <= columns
    erasure.forget_person(user_id=person.pk, actor=personas.office)
    text = everything()
    escaped = NAME.encode("unicode_escape").decode()
    for word in (NAME, NAME.upper(), ADDRESS, ADDRESS.upper(), escaped, escaped.replace("\\x", "\\u00")):
        lines = [line[:300] for line in text.splitlines() if word in line]
        assert not lines, word
    assert Event.objects.count() > trail, "the trail stays, with the end of the roles"
    assert Event.objects.filter(note="Ask a former user (a former user)").exists()


def test_what_may_keep_a_name_is_listed() -> None:
    kept = {" ".join(key) for key in forgetting._kept}
    assert kept == MAY_STAY


def test_only_whole_words_go(personas: Personas) -> None:
    """Jan Novák is not Jan Nováková, and jan@ not anna-jan@."""
    other = UserFactory(name="Jan Nováková", email="anna-jan@example.test")
    person = UserFactory(name="Jan Novák", email="jan@example.test")
    note = "Jan Novák, Jan Nováková, jan novak, jan@example.test. anna-jan@example.test, jan@example.test.cz"
    said = events.record("representation.give", RepresentationFactory(user=other), actor=personas.office, note=note)
    erasure.forget_person(user_id=person.pk, actor=personas.office)
    said = Event.objects.get(pk=said.pk)
    gone = "a former user"
    assert said.note == f"{gone}, Jan Nováková, {gone}, {gone}. anna-jan@example.test, jan@example.test.cz"
    assert "Jan Nováková" in said.subject_label
    other.refresh_from_db()
    assert (other.name, other.email) == ("Jan Nováková", "anna-jan@example.test")


def test_a_longer_word_in_its_place_still_fits(personas: Personas) -> None:
    person = UserFactory(name="A B", email="a@b.test")
    organisation = MemberFactory(logo_alt=("A B " * 40)[:150].strip())
    erasure.forget_person(user_id=person.pk, actor=personas.office)
    organisation.refresh_from_db()
    assert len(organisation.logo_alt) == 150
    assert "A B" not in organisation.logo_alt


def test_a_member_that_has_the_name_of_its_owner_keeps_it(personas: Personas) -> None:
    person = UserFactory(name="Hana Malá", email="hana@mala.test")
    organisation = MemberFactory(legal_name="Hana Malá", description="Hana Malá repairs engines.")
    erasure.forget_person(user_id=person.pk, actor=personas.office)
    organisation.refresh_from_db()
    assert organisation.legal_name == "Hana Malá"
    assert organisation.description == "a former user repairs engines."
    assert organisation.history.last().description == "a former user repairs engines."
    assert Organisation.objects.search("hana mala").exists()
