"""What the portal has comes back in another dress: as its own export, or as people keep their lists."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from django.core.management import call_command

from core.spreadsheets import writing
from members.models import Organisation
from members.resources import OrganisationResource
from tests.members.test_roster_command import REAL, import_roster

pytestmark = pytest.mark.django_db
FORMS = re.compile(
    r",?\s+(GmbH|AG|SE|KG|e\. ?V\.|a\. ?s\.|s\. ?r\. ?o\.|z\. ?s\.|S\.p\.A\.|S\.r\.l\.|SA|SAS|SARL|asbl|ASBL"
    r"|B\.V\.|N\.V\.|AB|A/S|ApS|Oy|Oyj|Sp\. z o\.o\.|S\.A\.|Kft\.|Zrt\.|d\.o\.o\.|d\.d\.|Ltd|Limited|plc"
    r"|S\.L\.|Lda|OÜ|SIA|UAB|OOD)$"
)


def in_another_dress(organisations: Any, path: Path) -> Path:
    """Capitals, no legal forms, countries in German, every second web site and e-mail domain left out."""
    german = Locale("de").territories
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["Firma", "Land", "Webseite", "E-Mail-Domain"])
        for number, one in enumerate(organisations):
            name = FORMS.sub("", one.legal_name).upper()
            kept = [one.website, one.email_domain] if number % 2 else ["", ""]
            table.writerow([name, german[one.country_id], *kept])
    return path


@pytest.mark.thorough
def test_real_universities_in_capitals_with_half_of_their_web_sites_are_no_news(tmp_path: Path) -> None:
    done = import_roster(REAL, "--member-type", "EDU-HE", "--apply", "--doubtful", "new")
    assert done["applied"] == 804
    told = import_roster(in_another_dress(Organisation.objects.order_by("pk"), tmp_path / "r.csv"), "--apply")
    assert (told["rows"], told["new"], told["changed"], told["errors"]) == (804, 0, 0, 0)
    assert told["unchanged"] >= 800
    assert Organisation.objects.count() == 804


@pytest.mark.thorough
def test_the_demo_partnership_in_capitals_without_legal_forms_is_no_news(tmp_path: Path) -> None:
    call_command("load_demo", stdout=io.StringIO(), verbosity=0)
    members = Organisation.objects.members().order_by("pk")
    told = import_roster(in_another_dress(members, tmp_path / "r.csv"), "--apply")
    assert (told["new"], told["changed"], told["errors"]) == (0, 0, 0)
    assert told["unchanged"] + told["duplicates"] == told["rows"] == members.count() > 50
    assert told["duplicates"] <= told["rows"] // 50
    for ending in ("csv", "xlsx", "ods"):  # and as the portal's own export
        found = Organisation.objects.members().select_related("country", "member_type", "region")
        header, rows = OrganisationResource().table(found, public=False)
        path = tmp_path / f"export.{ending}"
        path.write_bytes(writing.written(ending, header, rows)[0])
        told = import_roster(path, "--apply")
        assert told["unchanged"] == told["rows"] == members.count()
