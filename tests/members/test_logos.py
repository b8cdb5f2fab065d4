"""A logo is a picture by its content, of a bounded size, and is served with headers that let it be nothing else."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from core import events
from members import logos, retention, selectors
from members.models import Merge, Organisation
from members.services import logos as services
from members.services import merging
from tests.factories.members import OrganisationFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_uploads(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def primary(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.primary)


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 60), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 60, 160)).save(out, format=kind, **options)
    return out.getvalue()


def send(
    client: Client, organisation: Organisation, data: bytes | None, name: str = "x.png", alt: str = "Our logo"
) -> Any:
    files = {"logo": SimpleUploadedFile(name, data)} if data is not None else {}
    return client.post(reverse("members:logo_edit", args=[organisation.code]), {"alt": alt, **files})


def shown(client: Client, organisation: Organisation, **headers: str) -> Any:
    return client.get(reverse("members:logo", args=[organisation.code]), headers=headers)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_is_taken_by_its_content_and_served_to_everybody(
    primary: Client, personas: Personas, client: Client, kind: str, media_type: str
) -> None:
    acme = personas.organisation
    assert send(primary, acme, picture(kind), name="logo.txt").status_code == 302
    answer = shown(client, acme)
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (120, 60)
    assert not client.cookies
    assert shown(client, acme, **{"If-None-Match": answer["ETag"]}).status_code == 304
    page = client.get(acme.get_absolute_url()).content.decode()
    assert f'src="{reverse("members:logo", args=[acme.code])}" alt="Our logo"' in page
    assert events.of(acme).filter(verb="organisation.set_logo").count() == 1


def test_a_picture_in_16_bits_of_grey_is_as_dark_as_it_was(primary: Client, personas: Personas) -> None:
    out = io.BytesIO()
    Image.new("I;16", (120, 60), 90 * 257).save(out, format="PNG")
    assert send(primary, personas.organisation, out.getvalue()).status_code == 302
    kept = Image.open(io.BytesIO(shown(primary, personas.organisation).content)).convert("RGB")
    assert kept.getpixel((60, 30)) == (90, 90, 90)


def test_a_large_picture_is_made_smaller_and_loses_what_it_carried(primary: Client, personas: Personas) -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Somebody at home")
    data = picture(size=(2000, 1000), pnginfo=told) + b"<script>alert(1)</script>"
    assert send(primary, personas.organisation, data).status_code == 302
    kept = shown(primary, personas.organisation).content
    assert Image.open(io.BytesIO(kept)).size == (800, 400)
    assert b"Somebody" not in kept
    assert b"<script>" not in kept


def huge_png() -> bytes:
    """A few bytes that say they are 30,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + b"\x08\x02\0\0\0")
        + chunk(b"IDAT", b"")
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture"),
        (b"GIF89a not taken", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (picture()[:60], "no picture"),
        (huge_png(), "20 million pixels"),
        (picture(size=(16, 400)), "at least 32"),
        (b"\x89PNG" + b"0" * logos.MAX_BYTES, "2 MB"),
        (b"", "empty"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(
    primary: Client, personas: Personas, data: bytes, says: str
) -> None:
    answer = send(primary, personas.organisation, data)
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors["logo"])
    personas.organisation.refresh_from_db()
    assert not personas.organisation.logo


def test_its_description_is_required_and_can_be_changed_alone(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    assert send(primary, acme, picture(), alt="").status_code == 422
    assert send(primary, acme, None).status_code == 422
    send(primary, acme, picture())
    before = shown(primary, acme).content
    assert send(primary, acme, None, alt="Acme in blue").status_code == 302
    assert shown(primary, acme).content == before
    acme.refresh_from_db()
    assert acme.logo_alt == "Acme in blue"
    send(primary, acme, None, alt="Acme in blue")  # again: no change, no record
    assert events.of(acme).filter(verb="organisation.set_logo").count() == 2


def test_it_is_removed_and_the_change_is_in_the_row_history(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    send(primary, acme, picture())
    assert primary.post(reverse("members:logo_remove", args=[acme.code])).status_code == 302
    assert shown(primary, acme).status_code == 404
    assert acme.history.count() == 3


def test_the_logo_of_one_that_is_no_member_is_seen_by_its_own_people_only(
    personas: Personas, client: Client, client_for: Callable[[Any], Client]
) -> None:
    other, office = OrganisationFactory(), client_for(personas.office)
    assert send(office, other, picture()).status_code == 302
    assert shown(client, other).status_code == 404
    answer = shown(office, other)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]


# -- Files that nothing refers to -------------------------------------------------------------------------------------
def colour(value: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (value, value, value)).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture
def kept_files(settings: Any, django_capture_on_commit_callbacks: Any) -> Callable[..., int]:
    """kept_files(act): does it, commits, and counts the files on the disk."""

    def after(act: Callable[[], Any]) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return len(list(Path(settings.MEDIA_ROOT).glob("logos/*")))

    return after


def set_to(organisation: Organisation, actor: Any, value: int) -> Callable[[], Any]:
    return lambda: services.set_logo(organisation_id=organisation.pk, actor=actor, data=colour(value), alt="x")


def test_a_logo_that_is_replaced_or_removed_leaves_no_file(personas: Personas, kept_files: Callable[..., int]) -> None:
    acme, office = personas.organisation, personas.office
    assert kept_files(set_to(acme, office, 1)) == 1
    assert kept_files(set_to(acme, office, 1)) == 1, "the same again"
    assert kept_files(set_to(acme, office, 2)) == 1
    acme.refresh_from_db()
    assert acme.logo.storage.exists(acme.logo.name)
    assert kept_files(lambda: services.remove_logo(organisation_id=acme.pk, actor=office)) == 0


def test_the_office_sees_who_changed_the_logo_last(
    personas: Personas, client_for: Callable[[Any], Client], kept_files: Callable[..., int]
) -> None:
    kept_files(set_to(personas.organisation, personas.primary, 1))
    record = selectors.record_of(personas.organisation)
    changed = {line.field: line.changed for line in record.lines}
    assert changed["logo"] is not None
    assert changed["logo"].new.endswith(".png")
    assert changed["what the logo shows"] is not None
    assert {line.field for line in record.lines} >= {
        str(field.verbose_name) for field in Organisation._meta.fields if field.editable and field.name != "id"
    }, "each field that somebody can change"


def test_an_act_that_is_taken_back_keeps_the_file(personas: Personas, kept_files: Callable[..., int]) -> None:
    acme, office = personas.organisation, personas.office
    kept_files(set_to(acme, office, 1))

    def fails() -> None:
        with transaction.atomic():
            services.remove_logo(organisation_id=acme.pk, actor=office)
            transaction.set_rollback(True)

    assert kept_files(fails) == 1


def test_a_merge_keeps_both_pictures_until_it_cannot_be_undone(
    personas: Personas, kept_files: Callable[..., int]
) -> None:
    acme, other, office = personas.organisation, personas.other_organisation, personas.office
    kept_files(set_to(acme, office, 1))
    assert kept_files(set_to(other, office, 2)) == 2
    done: list[Merge] = []

    def merge() -> None:
        done.append(
            merging.merge_organisations(kept_id=acme.pk, merged_id=other.pk, actor=office, choices={"logo": "merged"})
        )

    assert kept_files(merge) == 2
    assert kept_files(set_to(acme, office, 3)) == 3, "both are needed to take the merge back"
    assert kept_files(lambda: retention.forget_undo_records(done)) == 1


def test_a_merge_that_is_undone_gives_both_pictures_back(personas: Personas, kept_files: Callable[..., int]) -> None:
    acme, other, office = personas.organisation, personas.other_organisation, personas.office
    kept_files(set_to(acme, office, 1))
    kept_files(set_to(other, office, 2))
    before = {one.code: one.logo.name for one in Organisation.objects.all()}
    done = merging.merge_organisations(kept_id=acme.pk, merged_id=other.pk, actor=office, choices={"logo": "merged"})
    assert kept_files(lambda: merging.undo_merge(merge_id=done.pk, actor=office)) == 2
    assert {one.code: one.logo.name for one in Organisation.objects.all()} == before
