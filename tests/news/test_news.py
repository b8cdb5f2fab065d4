"""News: written, published now or by beat, corrected, withdrawn; pictures; what readers and their programs get."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from asa_portal.news import services
from asa_portal.news.models import Post
from asa_portal.news.tasks import publish_due
from asa_portal.pages.fresh import fresh
from committees.models import Committee
from core import events, permissions
from core.models import Notification
from groups.models import Group
from members.models import today
from projects.models import Project
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.members import StaffRoleFactory
from tests.factories.news import PostFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TECH = "/news/write/committees/TECH/"


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(size=(640, 360), kind="JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 60, 160)).save(out, format=kind, **options)
    return out.getvalue()


def words(**more):
    return {
        "title": "Forty technicians start",
        "lead": "The first course begins in Ostrava.",
        "text": "They learn\n\n- high voltage\n- recycling",
        "language": "en",
        "image_alt": "",
        "key": "6d4f2f1e-35c1-4a9f-9f38-0d9a36f3a001",
    } | more


def written(client, **more) -> Post:
    answer = client.post(TECH, words(**more))
    assert answer.status_code == 302, answer.context["form"].errors
    return Post.objects.get()


def do(client, post, step, **said):
    return client.post(reverse(f"news:post_{step}", args=[post.pk]), said)


def test_the_chair_writes_and_publishes_and_everybody_reads_it(personas, client_for, client):
    chair = client_for(personas.chair)
    assert TECH in chair.get("/committees/TECH/").content.decode()
    post = written(chair)
    assert written(chair) == post, "the same form sent twice is one post"
    assert client.get(post.get_absolute_url()).status_code == 404
    assert post.title not in client.get("/news/").content.decode()
    assert post.title in chair.get("/news/").content.decode(), "a draft is found by who wrote it"
    assert do(chair, post, "publish", day="").status_code == 302
    post.refresh_from_db()
    assert (post.status, post.slug) == ("published", "forty-technicians-start")
    page = client.get(post.get_absolute_url()).content.decode()
    for fact in ("<li>high voltage</li>", "Committee Technology", 'content="article"', 'lang="en"'):
        assert fact in page, fact
    assert str(personas.chair) not in page, "to visitors people have no names"
    (data,) = re.findall(r'ld\+json">(.*?)</script>', page)
    told = json.loads(data)
    assert (told["@type"], told["headline"], told["inLanguage"]) == ("NewsArticle", post.title, "en")
    for place in ("/news/", "/committees/TECH/", "/news/feed/", "/news/feed/committees/TECH/", "/sitemap.xml"):
        shown = client.get(place).content.decode()
        assert (post.get_absolute_url() if "sitemap" in place else post.title) in shown, place
    assert [one.title for one in fresh() if one.kind == "News"] == [post.title]
    moved = client.get(reverse("news:post_detail", args=[post.pk, "another"]))
    assert (moved.status_code, moved["Location"]) == (301, post.get_absolute_url())
    assert [one.verb for one in events.of(post).order_by("pk")] == ["post.write", "post.publish"]
    assert events.of(Committee.objects.get(code="TECH")).filter(verb="post.publish").exists()
    assert not Notification.objects.filter(event__verb__startswith="post.").exists(), "it is read, not sent"


def test_who_writes_for_whom_ends_with_the_role_and_with_the_group(personas, client_for):
    group = GroupFactory()
    lead = make_lead(group)
    url = reverse("news:post_create", args=["groups", group.code])
    assert client_for(lead.user).post(url, words()).status_code == 302
    post = Post.objects.get()
    assert (post.publisher, events.of(post).get().behalf_label) == (group.title, str(lead.organisation))
    lead.ends = today() - timedelta(days=1)
    lead.starts = lead.ends - timedelta(days=9)
    lead.save()
    assert client_for(lead.user).post(url, words(key="")).status_code == 403
    assert do(client_for(lead.user), post, "publish", day="").status_code == 404
    Group._base_manager.filter(pk=group.pk).update(status="closed")
    answer = client_for(personas.office).get(url)
    assert answer.status_code == 403
    assert "The group is closed" in answer.content.decode()


def test_a_post_has_one_publisher(personas):
    group = GroupFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(group=group, committee=group.committee)


def test_what_a_group_publishes_that_not_everybody_may_know_of_is_nothing(personas, monkeypatch):
    monkeypatch.setattr(type(Group.objects.all()), "visible_to", lambda self, user: self.none())
    wish = Post(group=GroupFactory())
    assert "not everybody may know" in permissions.explain(personas.office, "news.write_post", wish)


def test_on_its_day_beat_publishes_it_once(personas, client_for, client):
    chair = client_for(personas.chair)
    post = written(chair)
    for wrong in (today() - timedelta(days=1), "soon"):
        answer = do(chair, post, "publish", day=wrong)
        assert answer.status_code == 422
        assert list(answer.context["publish_form"].errors) == ["day"]
    tomorrow = today() + timedelta(days=1)
    assert do(chair, post, "publish", day=tomorrow).status_code == 302
    assert publish_due() == 0
    assert client.get(post.get_absolute_url()).status_code == 404
    assert do(chair, post, "recall").status_code == 302
    post.refresh_from_db()
    assert (post.status, post.publish_on) == ("draft", None)
    do(chair, post, "publish", day=tomorrow)
    Post.objects.filter(pk=post.pk).update(publish_on=today())
    assert (publish_due(), publish_due()) == (1, 0)
    assert client.get(post.get_absolute_url()).status_code == 200
    assert events.of(post).get(verb="post.publish").actor.is_system
    slower = client_for(personas.vice_chair).post(
        reverse("news:post_publish", args=[post.pk]), {"day": ""}, follow=True
    )
    assert "Nothing was changed" in slower.content.decode()


def test_a_correction_says_what_it_was_and_the_words_before_stay(personas, client_for, client):
    chair = client_for(personas.chair)
    post = written(chair)
    edit = reverse("news:post_edit", args=[post.pk])
    assert chair.post(edit, words(title="Forty technicians begin", revision=0)).status_code == 302
    do(chair, post, "publish", day="")
    post.refresh_from_db()
    address = post.get_absolute_url()
    assert address.endswith("/forty-technicians-begin/"), "of a draft the address follows the title"
    fixed = words(title="Fifty technicians begin", revision=1)
    silent = chair.post(edit, fixed)
    assert silent.status_code == 422
    assert list(silent.context["form"].errors) == ["note"]
    assert chair.post(edit, fixed | {"note": "It was not forty."}).status_code == 302
    page = client.get(address).content.decode()
    assert "Fifty technicians begin" in page
    assert "Changed on" in page
    assert "It was not forty." in page
    assert "Forty technicians begin" not in page, "readers read what holds"
    assert "Forty technicians begin" in chair.get(address).content.decode()
    late = chair.post(edit, fixed | {"note": "Mine.", "title": "Mine"})
    assert late.status_code == 409
    assert late.context["form"]["title"].value() == "Mine"
    assert chair.post(edit, fixed | {"revision": 2}).status_code == 302, "nothing changed: nothing to explain"
    assert events.of(post).filter(verb="post.correct").count() == 1


def test_what_is_withdrawn_says_when_and_why_and_nothing_else(personas, client_for, client):
    chair = client_for(personas.chair)
    post = written(chair)
    do(chair, post, "publish", day="")
    assert do(chair, post, "withdraw", note="").status_code == 422
    assert do(chair, post, "withdraw", note="The course was called off.").status_code == 302
    gone = client.get(post.get_absolute_url())
    page = gone.content.decode()
    assert gone.status_code == 410
    assert "The course was called off." in page
    assert "technicians" not in page.split("<main")[1]
    for place in ("/news/", "/committees/TECH/", "/news/feed/", "/sitemap.xml", "/search/?q=technicians&type=news"):
        assert post.get_absolute_url() not in client.get(place).content.decode(), place
    assert chair.get(post.get_absolute_url()).status_code == 200
    assert chair.get(reverse("news:post_edit", args=[post.pk])).status_code == 403
    draft = PostFactory(status="withdrawn", published_at=None)
    assert client.get(draft.get_absolute_url()).status_code == 404, "of what was never published nobody is told"


EVIL = """<script>alert(1)</script>
<img src=x onerror=alert(2)>
[x](javascript:alert(3)) javascript:alert(4) <a href="javascript:alert(5)">y</a>
<svg/onload=alert(6)> <iframe src="https://evil.example"></iframe> data:text/html,<b>z</b>
https://example.org/?a=1&b="onmouseover=alert(7) http://x/'><script>alert(8)</script>
"""


def dangers(page: str) -> list[str]:
    """What a browser would run of a page, as it reads it: handlers, scripts behind addresses, scripts of the page."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            told = dict(attrs)
            found.extend(f"{tag} {name}" for name in told if name.startswith("on"))
            for name in {"href", "src", "action"} & told.keys():
                if re.match(r"\s*(javascript|data|vbscript):", told[name] or "", re.IGNORECASE):
                    found.append(f"{tag} {name}")
            if tag in {"iframe", "object", "embed"}:
                found.append(tag)
            if tag == "script" and not (told.get("src") or "json" in told.get("type", "")):
                found.append(tag)

    Reader().feed(page)
    return found


def test_markup_is_shown_as_it_was_typed_and_nothing_of_it_is_done(personas, client_for, client):
    chair = client_for(personas.chair)
    post = written(chair, title="</title><script>alert(0)</script>", lead='"><img onerror=alert(9)>', text=EVIL)
    do(chair, post, "publish", day="")
    allowed = {"p", "br", "ul", "ol", "li", "a", "strong"}
    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    (prose,) = re.findall(r'<div class="prose">(.*?)</div>', page, re.DOTALL)
    assert set(re.findall(r"<([a-zA-Z][\w]*)", prose)) <= allowed
    assert "&lt;script&gt;alert(1)" in prose
    for text in (page, client.get("/news/").content.decode(), client.get("/committees/TECH/").content.decode()):
        assert dangers(text) == []
    assert dangers('<p onclick="x"><a href=" JavaScript:x">') == ["p onclick", "a href"], "it would be found"
    feed = ElementTree.fromstring(client.get("/news/feed/").content)  # noqa: S314  our own
    content = feed.find(f"{ATOM}entry/{ATOM}content").text
    assert set(re.findall(r"<([a-zA-Z][\w]*)", content)) <= allowed
    assert feed.find(f"{ATOM}entry/{ATOM}title").text == "</title><script>alert(0)</script>"


# -- Pictures ----------------------------------------------------------------------------------------------------------
def test_a_picture_is_drawn_anew_and_described(personas, client_for, client):
    exif = Image.Exif()
    exif[0x010E] = "Somebody at home"
    chair = client_for(personas.chair)
    data = picture((2400, 1200), exif=exif) + b"<script>alert(1)</script>"
    sent = {"picture": SimpleUploadedFile("a.txt", data)}
    refused = chair.post(TECH, words() | sent)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["image_alt"]
    post = written(chair, picture=SimpleUploadedFile("a.txt", data), image_alt="A workshop")
    assert client.get(post.image_url).status_code == 404, "a draft's picture is a draft"
    do(chair, post, "publish", day="")
    answer = client.get(post.image_url)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    kept = Image.open(io.BytesIO(answer.content))
    assert (kept.size, dict(kept.getexif())) == ((1200, 600), {})
    assert b"<script>" not in answer.content
    assert b"Somebody" not in answer.content
    page = client.get(post.get_absolute_url()).content.decode()
    assert 'alt="A workshop" width="1200" height="600"' in page
    assert f'og:image" content="{settings.PORTAL_URL}{post.image_url}"' in page
    edit = reverse("news:post_edit", args=[post.pk])
    gone = words(revision=0, remove_picture="on", image_alt="A workshop", note="It showed another workshop.")
    assert chair.post(edit, gone).status_code == 302
    post.refresh_from_db()
    assert (post.image.name, post.image_alt, post.image_width) == ("", "", None)
    assert client.get(reverse("news:post_image", args=[post.pk])).status_code == 404


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture"),
        (b"GIF89a not taken", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (picture((8000, 5000), "PNG"), "20 million pixels"),  # 40 megapixels
        (picture((100, 400)), "too small"),
        (b"\x89PNG" + b"0" * 8 * 1024 * 1024, "8 MB"),
        (b"", "empty"),
    ],
    ids=["svg", "gif", "pdf", "40 megapixels", "small", "heavy", "empty"],
)
def test_what_is_no_picture_for_a_page_is_refused_and_no_word_is_lost(personas, client_for, data, says):
    sent = words(picture=SimpleUploadedFile("a.png", data), image_alt="x")
    answer = client_for(personas.chair).post(TECH, sent)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert says in str(form.errors["picture"])
    assert list(form.errors) == ["picture"]
    assert form["text"].value() == words()["text"]
    assert not Post.objects.exists()


@pytest.mark.parametrize("field", ["title", "lead", "text", "language"])
def test_what_is_missing_is_said_at_its_field(personas, client_for, field):
    answer = client_for(personas.chair).post(TECH, words(**{field: ""}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


# -- Feeds and lists ---------------------------------------------------------------------------------------------------
def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None, text
    return found


def strictly(content: bytes) -> ElementTree.Element:
    """What RFC 4287 asks of a feed: one id, title and updated each, an author of every entry, whole addresses."""
    feed = ElementTree.fromstring(content)  # noqa: S314  our own
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANG)
    ids = []
    for one in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        ids.append(one.findtext(f"{ATOM}id"))
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", ids[-1])
        moment(one.findtext(f"{ATOM}updated"))
        for link in one.findall(f"{ATOM}link"):
            assert link.get("href").startswith(f"{settings.PORTAL_URL}/"), link.attrib
        alternates = [link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert len(set(ids)) == len(ids)
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.get(LANG)
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        moment(entry.findtext(f"{ATOM}published"))
        assert entry.find(f"{ATOM}content").get("type") == "html"
    return feed


def test_the_feeds_are_valid_and_each_holds_its_own(client):
    group, tech, drives = GroupFactory(), Committee.objects.get(code="TECH"), Project.objects.get(slug="drives")
    PostFactory(title="Of the Office")
    PostFactory(title="Of the committee", committee=tech)
    PostFactory(title="Z skupiny & <b>", group=group, language="cs")
    PostFactory(title="Of the project", project=drives)
    PostFactory(title="A draft", status="draft", published_at=None)
    found = {}
    for path in ("/news/feed/", "/news/feed/office/", "/news/feed/committees/TECH/", f"/news/feed/groups/{group.code}/",
                 "/news/feed/projects/drives/"):  # fmt: skip
        answer = client.get(path)
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        feed = strictly(answer.content)
        assert feed.find(f"{ATOM}link[@rel='self']").get("href") == settings.PORTAL_URL + path
        found[path] = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    every = found.pop("/news/feed/")
    assert sorted(every) == sorted(title for (title,) in found.values())
    assert len(every) == 4
    czech = strictly(client.get(f"/news/feed/groups/{group.code}/").content).find(f"{ATOM}entry")
    assert (czech.get(LANG), czech.findtext(f"{ATOM}author/{ATOM}name")) == ("cs", group.title)
    strictly(client.get("/news/feed/committees/EDU/").content)  # without an entry
    for page in (tech, group, drives):
        (own,) = re.findall(
            r'rel="alternate"[^>]*href="(/news/feed/.+?/)"', client.get(page.get_absolute_url()).content.decode()
        )
        assert own in found


def test_signs_that_come_along_with_a_copied_text_break_no_feed(personas, client_for, client):
    chair = client_for(personas.chair)
    post = written(chair, title="Forty\x0btechnicians", lead="They start\x0cnow.\x07", text="One\x0btwo\ufffe")
    assert (post.title, post.lead, post.text) == ("Forty technicians", "They start\nnow.", "One\ntwo")
    PostFactory(title="From\x0bbefore", lead="\x01", text="\x1f\uffff")
    titles = [
        entry.findtext(f"{ATOM}title") for entry in strictly(client.get("/news/feed/").content).iter(f"{ATOM}entry")
    ]
    assert titles == ["From\nbefore"]


@pytest.mark.parametrize("year", ["0000", "0001", "٠٠٠٠", "9999", "9" * 30, "9" * 5000, "-1", "²"])
@pytest.mark.parametrize("address", ["/news/", "/outputs/", "/kpis/"])
def test_a_year_that_is_none_breaks_no_list(client, address, year):
    PostFactory()
    assert client.get(address, {"year": year}).status_code == 200


def test_who_goes_back_and_sends_other_words_has_them_in_the_draft(personas, client_for):
    chair = client_for(personas.chair)
    post = written(chair)
    assert written(chair, text="Other words").text == "Other words"
    do(chair, post, "publish", day="")
    answer = chair.post(TECH, words(text="Words after it is out"))
    assert answer.status_code == 422
    assert "correct it on its own page" in answer.content.decode()
    assert "Words after it is out" in answer.content.decode(), "nothing is lost"
    assert written(chair, text="Other words") == post, "what is there already is no news"


def test_a_key_that_somebody_else_has_had_says_nothing(personas, client_for):
    post = written(client_for(personas.chair))
    assert client_for(personas.office).post("/news/write/office/", words()).status_code == 302
    assert Post.objects.exclude(pk=post.pk).get().written_by == personas.office


def test_under_a_code_that_a_group_had_once_its_feed_is_found(client):
    group = GroupFactory(legacy_codes=["OLD-TF-07"])
    moved = client.get("/news/feed/groups/OLD-TF-07/")
    assert (moved.status_code, moved["Location"]) == (302, f"/news/feed/groups/{group.code}/")
    assert client.get("/news/feed/groups/NEVER-WG-01/").status_code == 404


def test_an_entry_keeps_its_name_when_it_is_corrected_or_the_portal_moves(client, settings):
    post = PostFactory()

    def entry():
        return strictly(client.get("/news/feed/").content).find(f"{ATOM}entry")

    before = entry()
    services.change_post(
        post_id=post.pk, revision=0, actor=StaffRoleFactory().user, title="Another", note="A better title."
    )
    settings.PORTAL_URL = "https://elsewhere.test"
    after = entry()
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") > before.findtext(f"{ATOM}updated")
    assert after.findtext(f"{ATOM}published") == before.findtext(f"{ATOM}published")


def test_a_visitor_gets_no_cookie_and_an_etag_that_holds(client):
    post = PostFactory()
    for path in (
        "/news/",
        "/news/?of=office&year=2026",
        post.get_absolute_url(),
        "/news/feed/",
        "/news/feed/committees/EDU/",
    ):
        first = client.get(path)
        assert not first.cookies, path
        assert set(first["Cache-Control"].split(", ")) == {"public", "no-cache"}
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304, path


def test_the_list_is_narrowed_by_publisher_year_and_language_and_takes_as_many_queries_for_many(client):
    group, tech = GroupFactory(), Committee.objects.get(code="TECH")
    old = datetime.fromisoformat("2019-05-01T12:00:00+02:00")
    PostFactory(title="Office one")
    PostFactory(title="Group one", group=group, language="de")
    PostFactory(title="Tech one", committee=tech, published_at=old)

    def shown(**query):
        page = client.get("/news/", query)
        assert page.status_code == 200
        return {str(post) for post in page.context["page"]}

    assert shown() == {"Office one", "Group one", "Tech one"}
    assert shown(of="office") == {"Office one"}
    assert shown(of=f"groups-{group.code}") == {"Group one"}
    assert shown(of="committees-TECH", year="2019") == {"Tech one"}
    assert shown(language="de") == {"Group one"}
    assert shown(of="committees-'; --") == shown(year="2018") == set()
    assert len(shown(of="x" * 10_000, year="²²²²", page="-1")) == 3

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/news/")
        return len(queries)

    before = cost()
    for number in range(30):
        PostFactory(group=GroupFactory() if number % 2 else None)
    assert cost() == before <= 8
    assert len(client.get("/news/").context["page"]) == 12
