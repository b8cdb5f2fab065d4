"""Links that lead out of the portal, and whether anybody answers there. Each app names its columns (in extensions.py);
once a week a job asks every address. What does not answer is marked on its page and listed for the Office. Nothing is
ever removed.

Whoever may write a link could make the portal ask any address for them. So it asks only addresses of the public
Internet: the name is resolved once, every answer is looked at, and the connection goes to the very address that was
looked at.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

from core import jobs
from core.jobs import Run
from core.models import LinkCheck

log = logging.getLogger("portal.links")
KIND = "links.check"
TIMEOUT = 10  # seconds
REDIRECTS = 5
AT_ONCE = 8  # addresses asked at the same time
BATCH = 40
FRESH = timedelta(days=6)  # what was asked since then is not asked again: a job that was killed goes on where it was
ONLY_FOR_PEOPLE = frozenset({401, 403, 405, 406, 429, 451, 999})  # there is something, but not for a program
RESERVED = (".example", ".test", ".invalid", ".localhost", "example.com", "example.org", "example.net")  # RFC 2606
Problem = LinkCheck.Problem
T = TypeVar("T")


# -- Where links stand -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Source:
    """`rows()`: things with a link in `column`; `owner(row)`: the thing on whose page it stands, row itself if none."""

    what: str | Promise
    rows: Callable[[], models.QuerySet[Any]]
    column: str
    owner: Callable[[Any], Any] = lambda row: row

    def filled(self) -> models.QuerySet[Any]:
        return self.rows().exclude(**{self.column: ""})


_sources: list[Source] = []


def add_source(source: Source) -> None:
    _sources.append(source)


def addresses() -> set[str]:
    """Every address that a page leads to, once; none of those that exist on paper only."""
    found = {url for source in _sources for url in source.filled().values_list(source.column, flat=True)}
    return {url for url in found if _is_web(url) and not _is_reserved(url)}


@dataclass(frozen=True)
class Dead:
    check: LinkCheck
    places: list[tuple[str, Any]]  # what kind of thing, and the thing on whose page the link stands


def dead_links() -> list[Dead]:
    """Those without an answer, the longest first, with every place where they stand. A fixed number of queries."""
    checks = list(LinkCheck.objects.dead())
    urls = [one.url for one in checks]
    places: dict[str, list[tuple[str, Any]]] = {}
    for source in _sources if urls else ():
        for row in source.rows().filter(**{f"{source.column}__in": urls}):
            places.setdefault(getattr(row, source.column), []).append((str(source.what), source.owner(row)))
    return [Dead(one, places[one.url]) for one in checks if one.url in places]


# -- Asking ------------------------------------------------------------------------------------------------------------
def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _is_reserved(url: str) -> bool:
    name = (urlsplit(url).hostname or "").rstrip(".")
    return name == "localhost" or any(
        name == end.lstrip(".") or name.endswith("." + end.lstrip(".")) for end in RESERVED
    )


def is_public(address: str) -> bool:
    """Of the Internet that everybody reaches: no loopback, private, link-local, shared, reserved or multicast one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


class _Inside(OSError):
    """The name leads to an address that is not of the public Internet."""


def _connect(host: str, port: int) -> socket.socket:
    """To an address that was looked at: a name that answers otherwise the second time wins nothing by it."""
    if ":" in host and not is_public(host):  # a machine without IPv6 would not know such an address at all
        raise _Inside(host)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(place[4][0])) for place in found):
        raise _Inside(host)
    problem: OSError = OSError("no address")
    for family, kind, protocol, _name, place in found[:3]:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(TIMEOUT)
        try:
            sock.connect(place)
        except OSError as failed:
            sock.close()
            problem = failed
        else:
            return sock
    raise problem


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = _connect(self.host, self.port)


class _Safe(http.client.HTTPSConnection):
    def connect(self) -> None:
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(_connect(self.host, self.port), server_hostname=self.host)


def _ask(method: str, url: str) -> tuple[int, str]:
    """(status, where it redirects to). The body is not read."""
    parts = urlsplit(url)
    kind = _Safe if parts.scheme == "https" else _Plain
    host = parts.hostname or ""
    connection = kind(f"[{host}]" if ":" in host else host, parts.port, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        agent = f"ASA portal, weekly check of links (+{settings.PORTAL_URL})"
        connection.request(method, path, headers={"User-Agent": agent, "Accept": "*/*", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def problem_of(url: str) -> str:
    """Why nobody answers there, a LinkCheck.Problem; empty where somebody does."""
    try:
        for _hop in range(REDIRECTS + 1):
            if not _is_web(url):
                return Problem.ERROR
            status, there = _ask("HEAD", url)
            if status >= 400 and status not in ONLY_FOR_PEOPLE:
                status, there = _ask("GET", url)  # some servers answer the one and not the other
            if status in (301, 302, 303, 307, 308) and there:
                url = urljoin(url, there)
                continue
            if status < 400 or status in ONLY_FOR_PEOPLE:
                return ""
            return Problem.GONE if status in (404, 410) else Problem.ERROR
    except _Inside:
        return Problem.INSIDE
    except ssl.SSLError:
        return Problem.UNSAFE
    except (socket.gaierror, UnicodeError):
        return Problem.NAME
    except (OSError, http.client.HTTPException, ValueError):
        return Problem.SILENT
    return Problem.ERROR  # it redirects in a circle


# -- Every week --------------------------------------------------------------------------------------------------------
def _due() -> list[str]:
    fresh = LinkCheck.objects.filter(checked_at__gt=timezone.now() - FRESH)
    return sorted(addresses() - set(fresh.values_list("url", flat=True)))


def _batches(found: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def _write(run: Run, answers: dict[str, str]) -> None:
    """In one transaction per batch: a job that is killed has what it wrote, and its next attempt asks the rest."""
    with transaction.atomic():
        run.fence()
        now = timezone.now()
        for url, problem in answers.items():
            known = LinkCheck.objects.filter(url=url).first() or LinkCheck(url=url)
            known.checked_at, known.problem = now, problem
            known.failures = known.failures + 1 if problem else 0
            known.failing_since = (known.failing_since or now) if problem else None
            known.save()


@jobs.handler(KIND)
def check(run: Run) -> dict[str, Any]:
    """Ask every address that is due. Where none at all answers it is the portal that is cut off: nothing is counted."""
    due = _due()
    held: dict[str, str] = {}  # not written yet
    answered = done = 0
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for some in _batches(due):
            now = dict(zip(some, crowd.map(problem_of, some), strict=True))
            held |= now
            answered += sum(not problem for problem in now.values())
            done += len(some)
            if answered:
                _write(run, held)
                held = {}
            run.progress(done, len(due))
    with transaction.atomic():
        wanted = addresses()
        stale = [pk for pk, url in LinkCheck.objects.values_list("pk", "url") if url not in wanted]
        for gone in _batches(stale):
            LinkCheck.objects.filter(pk__in=gone).delete()  # nothing leads there any more
        result = {"asked": done, "answered": answered, "cut_off": bool(held)}
        run.finish(result)
    if held:
        log.warning("not one of %s links answered: the portal seems to be cut off", len(held))
    return result
