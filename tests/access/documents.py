from typing import Any

from committees.models import Committee
from groups.models import Document, Output
from groups.services import withdraw_document
from tests.access import Row
from tests.access.groups import INSIDE, STAFF, answers, group
from tests.factories.groups import OutputFactory, make_document
from tests.personas import Personas


def document(p: Personas, visibility: str = "body") -> Document:
    """Of a group that the primary contact of Acme leads."""
    return make_document(group(p), visibility=visibility)


def withdrawn(p: Personas) -> Document:
    found = document(p, "public")
    withdraw_document(document_id=found.pk, actor=p.primary, note="It is out of date.")
    return found


KEEPERS = ("primary", "chair", "vice_chair", "office")
LED = {**answers(403, *INSIDE, *STAFF), **answers(200, *KEEPERS)}
DONE = {**answers(403, *INSIDE, *STAFF), **answers(302, *KEEPERS)}
OF_TECH: dict[str, Any] = answers(200, "committee_member", "chair", "vice_chair", *STAFF)
NOWHERE: dict[str, Any] = {"visitor": 404, "signed_in": 404}


def output(p: Personas, visibility: str = "public", **more: Any) -> Output:
    return OutputFactory(group=group(p), visibility=visibility, **more)


PUBLIC = {
    "groups:output_list",
    "groups:output_detail",
    "groups:document_list",
    "groups:library",
    "groups:document_detail",
    "groups:document_version",
}
ROWS = [
    Row("groups:document_list", lambda p: [group(p).code], everyone=200),
    Row("groups:document_list", lambda p: ["TECH"], everyone=200),
    Row("groups:document_list", lambda p: ["NONE"], everyone=404),
    Row("groups:document_create", lambda p: [group(p).code], signed_in=403, **answers(200, *KEEPERS)),
    Row("groups:document_create", lambda p: ["TECH"], signed_in=403, **answers(200, "chair", "vice_chair", "office")),
    Row("groups:document_detail", lambda p: [document(p).pk], **NOWHERE, **INSIDE, **STAFF),
    Row("groups:document_detail", lambda p: [document(p, "members").pk], signed_in=200, visitor=404, stranger=404),
    Row("groups:document_detail", lambda p: [document(p, "public").pk], everyone=200),
    Row("groups:document_detail", lambda p: [withdrawn(p).pk], **NOWHERE, **INSIDE, **STAFF),
    Row(
        "groups:document_detail",
        lambda p: [make_document(Committee.objects.get(code="TECH")).pk],
        **NOWHERE,
        **OF_TECH,
    ),
    Row("groups:document_version", lambda p: [document(p).pk, 1], **NOWHERE, **INSIDE, **STAFF),
    Row("groups:document_version", lambda p: [document(p, "members").pk, 1], signed_in=200, visitor=404, stranger=404),
    Row("groups:document_version", lambda p: [document(p, "public").pk, 1], everyone=200),
    Row("groups:document_version", lambda p: [document(p, "public").pk, 2], everyone=404),
    Row(
        "groups:document_version", lambda p: [withdrawn(p).pk, 1], **NOWHERE, **answers(200, *KEEPERS, "administrator")
    ),
    *(Row(f"groups:document_{verb}", lambda p: [document(p).pk], signed_in=404, **LED) for verb in ("edit", "revise")),
    Row("groups:document_edit", lambda p: [document(p, "members").pk], signed_in=403, stranger=404, **LED),
    Row(
        "groups:document_withdraw",
        lambda p: [document(p).pk],
        post={"note": "It is out of date."},
        signed_in=404,
        **DONE,
    ),
    # The library of the Office
    Row("groups:library", everyone=200),
    Row("groups:library_create", signed_in=403, office=200),
    Row("groups:document_detail", lambda p: [make_document(None, visibility="public").pk], everyone=200),
    Row(
        "groups:document_detail",
        lambda p: [make_document(None, visibility="members").pk],
        signed_in=200,
        visitor=404,
        stranger=404,
    ),
    Row("groups:document_revise", lambda p: [make_document(None, visibility="public").pk], signed_in=403, office=200),
    # Outputs
    Row("groups:output_list", everyone=200),
    Row("groups:output_create", lambda p: [group(p).code], signed_in=403, **answers(200, *KEEPERS)),
    Row("groups:output_create", lambda p: ["NONE"], signed_in=404),
    Row("groups:output_detail", lambda p: [output(p).pk], everyone=200),
    Row("groups:output_detail", lambda p: [output(p, "members").pk], signed_in=200, visitor=404, stranger=404),
    Row("groups:output_detail", lambda p: [output(p, "body").pk], **NOWHERE, **INSIDE, **STAFF),
    Row("groups:output_detail", lambda p: [output(p, status="withdrawn").pk], **NOWHERE, **INSIDE, **STAFF),
    Row("groups:output_edit", lambda p: [output(p, "body").pk], signed_in=404, **LED),
    Row("groups:output_edit", lambda p: [output(p).pk], signed_in=403, **answers(200, *KEEPERS)),
    Row("groups:output_withdraw", lambda p: [output(p, "body").pk], post={"note": "Wrong."}, signed_in=404, **DONE),
]
