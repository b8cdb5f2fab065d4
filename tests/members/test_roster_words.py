"""Unknown countries and member types of a roster: asked once, learnt, known to pages and command from then on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import events
from core.models import CountryAlias, Job, MemberTypeAlias
from members.models import Organisation
from tests.factories.imports import checked, run, uploaded
from tests.members.test_roster_command import import_roster
from tests.members.test_roster_wizard import address, mapping_of
from tests.personas import Personas

pytestmark = pytest.mark.django_db
ODD = "name;country;type\nA Works;Teutonia;Zulieferbude\nB Works;TEUTONIA;Zulieferer\nC Works;Atlantis;Zulieferer\n"


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def test_unknown_words_are_asked_once_and_learnt_with_who_said_so(
    office: Client, personas: Personas, tmp_path: Path
) -> None:
    batch = uploaded(personas.office, ODD)
    answer = office.post(address(batch, "mapping"), mapping_of(batch), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == address(batch, "words")
    assert page.count("“Teutonia”") == 2  # its label and its hint, once for both spellings
    assert "2 rows." in page
    assert "“Zulieferbude”" in page
    assert not Job.objects.exists()

    office.post(address(batch, "words"), {"country-teutonia": "DE", "member_type-zulieferbude": "IND-SUP"})
    batch = run(batch)
    assert (batch.counts["new"], batch.counts["errors"]) == (2, 1)  # Atlantis stays an error
    assert CountryAlias.objects.get(key="teutonia").learnt_by == personas.office
    assert MemberTypeAlias.objects.get(key="zulieferbude").learnt_by == personas.office
    told = events.of(batch).get(verb="import.learn")
    assert {"field": "country", "text": "Teutonia", "code": "DE"} in told.data["words"]

    path = tmp_path / "next.csv"
    path.write_text("name,country,type\nD Plants,teutonia,Zulieferbude\n")
    assert import_roster(path, "--apply")["applied"] == 1
    assert Organisation.objects.get(legal_name="D Plants").country_id == "DE"
    third = uploaded(personas.office, "name;country;type\nNordlicht Federn;Teutonia;Zulieferbude\n")
    office.post(address(third, "mapping"), mapping_of(third))
    assert run(third).counts["new"] == 1


def test_a_file_without_unknown_words_is_checked_at_once(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office, "name;country;type\nA Works;CZ;Zulieferer\n")
    office.post(address(batch, "mapping"), mapping_of(batch))
    assert run(batch).status == "checked"
    page = office.get(address(batch, "words"), follow=True).content.decode()
    assert "knows every country and member type" in page


def test_words_can_be_said_after_the_check_too_and_a_choice_that_is_none_is_refused(
    office: Client, personas: Personas
) -> None:
    batch = checked(personas.office, ODD)
    assert (
        reverse("members:roster_words", args=[batch.pk])
        in office.get(address(batch), {"rows": "error"}).content.decode()
    )
    answer = office.post(address(batch, "words"), {"country-teutonia": "Nowhere"})
    assert answer.status_code == 422
    assert not CountryAlias.objects.exists()
    for _time in range(2):  # sent twice: learnt once, checked once
        office.post(address(batch, "words"), {"country-teutonia": "DE"})
    assert CountryAlias.objects.count() == 1
    assert run(batch).counts["errors"] == 2
