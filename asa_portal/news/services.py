"""News: written, published at once or on a day to come, corrected, withdrawn."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from asa_portal.news import publishers, steps
from asa_portal.news.models import Post, slug_of
from core import permissions, uploads, workflow
from core.pictures import Picture
from core.workflow import Incomplete, InvalidTransition
from groups.errors import ChangedMeanwhile
from members.models import User, today

WORDS = ("title", "lead", "text", "language", "image_alt")


def _set_picture(post: Post, picture: Picture | None, *, remove: bool) -> None:
    """Raises Incomplete for a picture that nobody described."""
    if not (picture or (post.image and not remove)):
        post.image, post.image_alt, post.image_width, post.image_height = "", "", None, None
        return
    if not post.image_alt.strip():
        raise Incomplete({"image_alt": _("Say what the picture shows, for those who do not see it.")})
    if picture is not None:
        post.image.save(f"{uuid.uuid4().hex}.{picture.ending}", ContentFile(picture.data), save=False)
        post.image_width, post.image_height = picture.width, picture.height


def _drop(*names: str) -> None:
    storage = Post._meta.get_field("image").storage
    uploads.drop_unused(storage, names, is_needed=lambda name: Post.objects.filter(image=name).exists())


def write_post(
    *, body: publishers.Body | None, key: uuid.UUID, actor: User, picture: Picture | None = None, **words: str
) -> Post:
    """A draft. The same form sent twice, even at once, is one post, with the words sent last. Raises Incomplete."""
    if sent := Post.objects.filter(key=key).first():
        return _write_again(sent, body, actor, picture, words)
    try:
        with transaction.atomic():
            return _write(body, key, actor, picture, words)
    except IntegrityError:
        return _write_again(Post.objects.get(key=key), body, actor, picture, words)


def _write_again(
    sent: Post, body: publishers.Body | None, actor: User, picture: Picture | None, words: dict[str, Any]
) -> Post:
    """The form was sent before, and its writer may have gone back and changed something."""
    if sent.written_by_id != actor.pk:
        return _write(body, uuid.uuid4(), actor, picture, words)  # a key that somebody else has had says nothing
    if sent.status == Post.Status.DRAFT:
        return change_post(post_id=sent.pk, revision=sent.revision, actor=actor, picture=picture, **words)
    if any(getattr(sent, name) != value for name, value in words.items()):
        raise Incomplete({"": _("This was sent before, and is not a draft any more: correct it on its own page.")})
    return sent


def _write(
    body: publishers.Body | None, key: uuid.UUID, actor: User, picture: Picture | None, words: dict[str, str]
) -> Post:
    found = Post(**publishers.fields_of(body), key=key, written_by=actor, written_at=timezone.now(), **words)
    permissions.require(actor, "news.write_post", found)
    found.slug = slug_of(found.title)
    _set_picture(found, picture, remove=False)
    found.save()
    workflow.act(steps.WRITE, found, actor=actor, to_state=found.status)
    return found


@transaction.atomic
def change_post(
    *,
    post_id: int,
    revision: int,
    actor: User,
    picture: Picture | None = None,
    remove_picture: bool = False,
    note: str = "",
    **words: str,
) -> Post:
    """A draft as one likes; what is published is corrected: `note` then says what was wrong, everybody reads it, and
    the words as they were stay in the history. Its address stays. Raises ChangedMeanwhile and Incomplete."""
    found = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
    permissions.require(actor, "news.change_post", found)
    if found.revision != revision:
        raise ChangedMeanwhile(found)
    is_out = found.status == Post.Status.PUBLISHED
    before, image = {name: getattr(found, name) for name in words}, found.image.name or ""
    for name, value in words.items():
        setattr(found, name, value)
    _set_picture(found, picture, remove=remove_picture)
    changed = {name: old for name, old in before.items() if getattr(found, name) != old}
    if (found.image.name or "") != image:
        changed["image"] = bool(image)
        _drop(image)
    if not changed:
        return found
    if is_out and not note.strip():
        raise Incomplete({"note": _("Say what was corrected: readers see it under the text.")})
    if is_out:
        found.corrected_at = timezone.now()
    else:
        found.slug = slug_of(found.title)
    found.revision += 1
    found.save()
    workflow.act(
        steps.CORRECT if is_out else steps.CHANGE,
        found,
        actor=actor,
        note=note if is_out else "",
        data={"before": changed} if is_out else {"changed": sorted(changed)},
    )
    return found


@transaction.atomic
def publish_post(*, post_id: int, actor: User, day: date | None = None) -> Post:
    """Now, or at the beginning of a day to come. Raises Incomplete for a day that is over."""
    if day and day < today():
        raise Incomplete({"day": _("This day is over. Leave it out to publish at once.")})
    posts = Post.objects.all()
    if day and day > today():
        return workflow.perform(
            posts, post_id, steps.SCHEDULE, actor=actor, publish_on=day, data={"day": day.isoformat()}
        )
    return workflow.perform(posts, post_id, steps.PUBLISH, actor=actor, publish_on=None, published_at=timezone.now())


@transaction.atomic
def recall_post(*, post_id: int, actor: User) -> Post:
    """A draft again, before its day has come."""
    return workflow.perform(Post.objects.all(), post_id, steps.RECALL, actor=actor, publish_on=None)


@transaction.atomic
def withdraw_post(*, post_id: int, actor: User, note: str) -> Post:
    """Nobody reads it any more; of what was published, its address tells when it was withdrawn and why."""
    return workflow.perform(
        Post.objects.all(),
        post_id,
        steps.WITHDRAW,
        actor=actor,
        note=note,
        withdrawn_at=timezone.now(),
        withdrawn_because=note,
    )


def publish_due() -> int:
    """Those whose day has come, each by itself. Returns how many."""
    system, done = User.objects.system(), 0
    due = Post.objects.filter(status=Post.Status.SCHEDULED, publish_on__lte=today())
    for pk in list(due.order_by("publish_on", "pk").values_list("pk", flat=True)):
        try:
            publish_post(post_id=pk, actor=system)
        except InvalidTransition:
            continue  # somebody was faster
        done += 1
    return done
