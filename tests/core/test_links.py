"""Links out of the portal: asked once a week by a job, marked where they stand, never removed; and never an address
inside a network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import jobs, links, tasks
from core.models import Job, LinkCheck
from projects.models import Project, ProjectSource
from tests.factories.members import MemberFactory
from tests.factories.projects import ResultFactory

pytestmark = pytest.mark.django_db


class Web(BaseHTTPRequestHandler):
    """A web of a few pages. `/only-get` answers no HEAD; `/away` leads to a page that is there, `/round` to itself."""

    STATUS = {
        "/": 200,
        "/gone": 404,
        "/broken": 500,
        "/members-only": 403,
        "/only-get": 405,
        "/away": 302,
        "/round": 302,
    }

    def do_HEAD(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((self.command, self.path))
        self.send_response(self.STATUS.get(path, 200))
        if path in ("/away", "/round", "/inside"):
            self.send_header("Location", "/" if path == "/away" else "/round")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path))
        self.send_response(200 if self.path == "/only-get" else self.STATUS.get(self.path, 200))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web(monkeypatch) -> Iterator[str]:
    """On this machine, which the check would not ask: here, at the edge of the network, it counts as public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(links, "is_public", lambda address: address == "127.0.0.1")
    Web.server_asked = server.asked
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_other_links(db) -> None:
    """The shipped projects lead to the real web, which no test asks."""
    Project.objects.update(website="")
    ProjectSource.objects.update(url="")


def checked() -> Job:
    tasks.ask_for_link_check()
    return jobs.run_now(Job.objects.filter(kind=links.KIND).latest("pk"))


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/", ""),
        ("/gone", "gone"),
        ("/broken", "error"),
        ("/members-only", ""),
        ("/only-get", ""),
        ("/away", ""),
        ("/round", "error"),
    ],
)
def test_what_a_server_answers_is_told_from_what_it_does_not(web, path, problem):
    assert links.problem_of(web + path) == problem


INSIDE = (
    "127.0.0.1 10.1.2.3 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 "
    "::1 fe80::1 fd00::1 fec0::1 64:ff9b:1::1 "
    # of IPv4, in their clothes of IPv6: mapped, compatible, translated, 6to4, NAT64, Teredo
    "::ffff:127.0.0.1 ::127.0.0.1 ::10.1.2.3 ::ffff:0:127.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe "
    "2001:0:5db8:d70e::80ff:fffe"
)


@pytest.mark.parametrize("address", INSIDE.split())
def test_no_address_inside_a_network_is_public(address):
    assert not links.is_public(address)


def test_an_address_of_the_internet_is_public():
    assert links.is_public("93.184.215.14")
    assert links.is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert links.is_public("64:ff9b::5db8:d70e"), "the way of a network without IPv4 to one that has it"


def test_the_portal_asks_no_machine_of_its_own_network_not_even_by_a_detour(monkeypatch):
    assert links.problem_of("http://127.0.0.1:6379/") == "inside"
    assert links.problem_of("http://localhost/") == "inside"
    assert links.problem_of("http://[::1]/") == "inside"
    assert links.problem_of("file:///etc/passwd") == "error"
    answers = iter([(302, "http://169.254.169.254/latest/meta-data/")])
    real = links._ask
    monkeypatch.setattr(links, "_ask", lambda *asked: next(answers, None) or real(*asked))
    assert links.problem_of("https://outside.invalid/") == "inside"


def test_a_name_that_nobody_has_and_a_silent_server_are_told(web):
    assert links.problem_of("http://nobody-has-this-name.invalid/") == "name"
    port = int(web.rpartition(":")[2])
    assert links.problem_of(f"http://127.0.0.1:{1 if port != 1 else 2}/") == "silent"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/Fähigkeiten/straße?q=è", "/F%C3%A4higkeiten/stra%C3%9Fe?q=%C3%A8"),
        ("/a report.pdf", "/a%20report.pdf"),
        ("/50%25/a%20b?x=1&y=a+b", "/50%25/a%20b?x=1&y=a+b"),
    ],
)
def test_an_address_in_letters_of_any_language_is_asked_as_browsers_ask_it(web, written, asked):
    assert links.problem_of(web + written) == ""
    assert Web.server_asked == [("HEAD", asked)]


@pytest.mark.parametrize("there", ["/zpráva o dovednostech.pdf", "zpráva o dovednostech.pdf"])
def test_a_server_that_leads_on_in_plain_letters_is_followed(web, monkeypatch, there):
    def led_on(self: Web) -> None:
        self.server.asked.append((self.command, self.path))
        self.send_response(302 if self.path == "/" else 200)
        self._headers_buffer.append(f"Location: {there}\r\n".encode())  # as many a server does, whatever RFC 9110 says
        self.end_headers()

    monkeypatch.setattr(Web, "do_HEAD", led_on)
    assert links.problem_of(web + "/") == ""
    assert Web.server_asked[1:] == [("HEAD", "/zpr%C3%A1va%20o%20dovednostech.pdf")]


def test_a_name_in_letters_of_any_language_is_looked_up_as_it_is_registered(monkeypatch):
    looked_up = []

    def lookup(host: str | bytes, *_args: object, **_named: object) -> list[object]:
        looked_up.append(host)
        raise socket.gaierror

    monkeypatch.setattr(links.socket, "getaddrinfo", lookup)
    assert links.problem_of("https://příklad-dílny.eu/") == "name"
    assert looked_up == ["xn--pklad-dlny-k8ag01l.eu"]


@pytest.fixture
def drips(monkeypatch) -> Iterator[Callable[[bytes, bytes], str]]:
    """A server that never ends: what it says first, and what it says again and again."""
    doors = []

    def serve(door: socket.socket, first: bytes, again: bytes) -> None:
        try:
            caller, _place = door.accept()
            with caller:
                caller.sendall(first)
                while True:
                    caller.sendall(again)
                    time.sleep(0.02)
        except OSError:
            return

    def start(first: bytes, again: bytes) -> str:
        door = socket.create_server(("127.0.0.1", 0))
        doors.append(door)
        threading.Thread(target=serve, args=(door, first, again), daemon=True).start()
        return f"127.0.0.1:{door.getsockname()[1]}"

    monkeypatch.setattr(links, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(links, "DEADLINE", 0.5)
    yield start
    for door in doors:
        door.close()


@pytest.mark.parametrize(
    ("scheme", "first", "again"),
    [
        ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        ("http", b"", b"H"),
        ("https", b"\x16\x03\x03\x40\x00\x02", b"\x00"),  # a greeting of 16 KB, a byte at a time
    ],
)
def test_a_server_that_talks_on_and_on_is_silent_when_its_time_is_over(drips, scheme, first, again):
    began = time.monotonic()
    assert links.problem_of(f"{scheme}://{drips(first, again)}/") == "silent"
    assert time.monotonic() - began < 5


def test_all_redirects_of_an_address_share_its_time(web, monkeypatch):
    def slowly_on(self: Web) -> None:
        time.sleep(0.2)
        self.server.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", f"{self.path}x")
        self.end_headers()

    monkeypatch.setattr(Web, "do_HEAD", slowly_on)
    monkeypatch.setattr(links, "DEADLINE", 0.5)
    assert links.problem_of(web + "/") == "silent"
    assert len(Web.server_asked) <= 3 < links.REDIRECTS


def test_a_dead_link_is_marked_after_two_weeks_and_never_removed(web, personas, client, client_for):
    alive = ResultFactory(link=web + "/")
    dead = ResultFactory(link=web + "/gone")
    member = MemberFactory(website=web + "/broken")
    project = Project.objects.get(slug="drives")
    ProjectSource.objects.create(project=project, label="Old report", url=web + "/gone")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert checked().result == {"asked": 3, "answered": 1, "cut_off": False}
        assert not LinkCheck.objects.dead(), "one bad day is no dead link"
        clock.shift(timedelta(days=7))
        checked()
    assert {one.url for one in LinkCheck.objects.dead()} == {dead.link, member.website}
    for thing in (dead, member, project):
        page = client.get(thing.get_absolute_url()).content.decode()
        assert "without an answer since" in page, thing
        assert "/gone" in page or "/broken" in page
    assert "without an answer" not in client.get(alive.get_absolute_url()).content.decode()
    office = client_for(personas.office)
    page = office.get(reverse("pages:dead_links")).content.decode()
    for fact in (
        "2 links",
        "The page is not there.",
        "The server reports an error.",
        dead.title,
        "DRIVES",
        str(member),
    ):
        assert fact in page, fact


def test_what_answers_again_is_marked_no_more_and_what_nobody_leads_to_is_forgotten(web):
    one, other = ResultFactory(link=web + "/"), ResultFactory(link=web + "/away")
    long_ago = timezone.now() - timedelta(days=30)
    LinkCheck.objects.create(url=one.link, checked_at=long_ago, failures=3, failing_since=long_ago, problem="gone")
    LinkCheck.objects.create(url=web + "/old", checked_at=long_ago, failures=3, failing_since=long_ago, problem="gone")
    checked()
    known = {row.url: (row.failures, row.failing_since, row.problem) for row in LinkCheck.objects.all()}
    assert known == {one.link: (0, None, ""), other.link: (0, None, "")}


def test_a_second_run_in_the_same_week_asks_nobody_again(web):
    ResultFactory(link=web + "/")
    checked()
    before = len(Web.server_asked)
    assert checked().result["asked"] == 0
    assert len(Web.server_asked) == before > 0


def test_where_nobody_at_all_answers_it_is_the_portal_that_is_cut_off(web):
    ResultFactory(link=web + "/gone")
    assert checked().result == {"asked": 1, "answered": 0, "cut_off": True}
    assert not LinkCheck.objects.exists()


def test_addresses_that_exist_on_paper_only_are_not_asked():
    MemberFactory(website="https://acme.example/")
    MemberFactory(website="https://example.org/x")
    assert links.addresses() == set()


def test_the_list_of_the_office_takes_the_same_queries_for_few_and_for_many(personas, client_for):
    office = client_for(personas.office)
    now = timezone.now()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(reverse("pages:dead_links")).status_code == 200
        return len(queries)

    def dead(number: int) -> None:
        found = ResultFactory(link=f"https://gone.eu/{number}")
        LinkCheck.objects.create(url=found.link, checked_at=now, failures=2, failing_since=now, problem="gone")

    dead(0)
    before = cost()
    for number in range(1, 8):
        dead(number)
    assert cost() == before
