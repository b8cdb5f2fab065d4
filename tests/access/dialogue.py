from groups.models import Announcement, Comment, Thread
from tests.access import Row
from tests.access.groups import ACME, INSIDE, SEATS, STAFF, answers, group, plan, proposal
from tests.factories.dialogue import CommentFactory, ThreadFactory
from tests.personas import Personas


def thread(p: Personas, **more: object) -> Thread:
    """In a group that the primary contact of Acme leads."""
    return ThreadFactory(group=group(p), opened_by=p.committee_member, **more)


def comment(p: Personas) -> Comment:
    return CommentFactory(thread=thread(p), author=p.delegate)


def announcement(p: Personas) -> Announcement:
    return Announcement.objects.create(group=group(p), title="Dates", text="In May.", author=p.primary)


KEEPERS = ("primary", "chair", "vice_chair", "office")
READS = {**INSIDE, **STAFF}
WROTE = answers(422, *READS)
AUTHOR = {**answers(403, *READS), "delegate": 200}

PUBLIC: set[str] = set()
ROWS = [
    *(
        Row(f"groups:{name}", lambda p: [group(p).code], signed_in=404, **READS)
        for name in ("discussion_list", "discussion_open", "announcement_list")
    ),
    *(
        Row(f"groups:{name}", lambda p: ["TECH"], signed_in=404, **SEATS, **STAFF)
        for name in ("discussion_list", "discussion_open", "announcement_list")
    ),
    Row("groups:discussion_detail", lambda p: [thread(p).pk], signed_in=404, **READS),
    Row("groups:discussion_write", lambda p: [thread(p).pk], post={}, signed_in=404, **WROTE),
    Row(
        "groups:discussion_follow",
        lambda p: [thread(p).pk],
        post={"choice": "mute"},
        signed_in=404,
        **answers(302, *READS),
    ),
    *(
        Row(
            f"groups:discussion_{step}",
            lambda p, state=state: [thread(p, status=state).pk],
            post={"pinned": "on"},
            signed_in=404,
            **{**answers(403, *READS), **answers(302, *KEEPERS)},
        )
        for step, state in (("close", "open"), ("reopen", "closed"), ("pin", "open"))
    ),
    Row("groups:comments", lambda p: ["plan", plan(p, "submitted").pk], signed_in=404, **READS),
    # Every insider reads a plan in force, but not what was said while it was made.
    Row("groups:comments", lambda p: ["plan", plan(p, "approved").pk], signed_in=404, **READS),
    Row("groups:comments", lambda p: ["activity", plan(p).activities.all()[0].pk], signed_in=404, **READS),
    Row(
        "groups:comments",
        lambda p: ["proposal", proposal(p, submitted=True).pk],
        signed_in=404,
        **ACME,
        **SEATS,
        **STAFF,
    ),
    Row("groups:comments", lambda p: ["meeting", 1], signed_in=404),
    Row("groups:comment_write", lambda p: ["plan", plan(p).pk], post={}, signed_in=404, **WROTE),
    Row("groups:comment_detail", lambda p: [comment(p).pk], signed_in=404, **answers(302, *READS)),
    Row("groups:comment_edit", lambda p: [comment(p).pk], signed_in=404, **AUTHOR),
    Row("groups:comment_withdraw", lambda p: [comment(p).pk], signed_in=404, **AUTHOR),
    Row(
        "groups:comment_remove",
        lambda p: [comment(p).pk],
        signed_in=404,
        **{**answers(403, *READS), **answers(200, *KEEPERS)},
    ),
    Row(
        "groups:announcement_create",
        lambda p: [group(p).code],
        signed_in=404,
        **{**answers(403, *READS), **answers(200, *KEEPERS)},
    ),
    Row("groups:announcement_detail", lambda p: [announcement(p).pk], signed_in=404, **READS),
]
