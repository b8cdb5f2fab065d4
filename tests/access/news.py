from committees.models import Committee
from projects.models import Partner, Project
from tests.access import Row
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.news import PostFactory
from tests.personas import Personas


def tech() -> Committee:
    return Committee.objects.get(code="TECH")


def post(**more):
    return PostFactory(committee=tech(), **more)


def draft():
    return post(status="draft", published_at=None)


def led(p: Personas):
    group = GroupFactory()
    make_lead(group, user=p.delegate, organisation=p.organisation)
    return group


def coordinated(p: Personas) -> Project:
    found = Project.objects.get(slug="drives")
    Partner.objects.filter(project=found, role="coordinator").delete()
    Partner.objects.create(project=found, organisation=p.organisation, role="coordinator")
    return found


def who(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


WRITERS = ("chair", "vice_chair", "office")
PUBLIC = {
    "news:post_list",
    "news:post_detail",
    "news:post_image",
    "news:feed",
    "news:office_feed",
    "news:body_feed",
}
ROWS = [
    Row("news:post_list", everyone=200),
    Row("news:post_detail", lambda p: [(one := post()).pk, one.slug], everyone=200),
    Row(
        "news:post_detail",
        lambda p: [(one := draft()).pk, one.slug],
        everyone=404,
        **who(200, *WRITERS, "administrator"),
    ),
    Row("news:post_image", lambda p: [post().pk], everyone=404),  # it has none
    Row("news:feed", everyone=200),
    Row("news:office_feed", everyone=200),
    Row("news:body_feed", lambda p: ["committees", "TECH"], everyone=200),
    Row("news:body_feed", lambda p: ["kings", "TECH"], everyone=404),
    Row("news:office_create", signed_in=403, office=200),
    Row("news:post_create", lambda p: ["committees", "TECH"], signed_in=403, **who(200, *WRITERS)),
    Row("news:post_create", lambda p: ["groups", led(p).code], signed_in=403, **who(200, "delegate", "office")),
    Row(
        "news:post_create",
        lambda p: ["projects", coordinated(p).slug],
        signed_in=403,
        **who(200, "primary", "reporter", "delegate", "office"),
    ),
    Row("news:post_edit", lambda p: [draft().pk], signed_in=404, administrator=403, **who(200, *WRITERS)),
    Row("news:post_edit", lambda p: [post().pk], signed_in=403, **who(200, *WRITERS)),
    Row(
        "news:post_publish",
        lambda p: [draft().pk],
        post={"day": ""},
        signed_in=404,
        administrator=403,
        **who(302, *WRITERS),
    ),
    Row(
        "news:post_recall",
        lambda p: [post(status="scheduled", publish_on="2999-01-01").pk],
        post={},
        signed_in=404,
        administrator=403,
        **who(302, *WRITERS),
    ),
    Row("news:post_withdraw", lambda p: [post().pk], post={"note": "Wrong."}, signed_in=403, **who(302, *WRITERS)),
]
