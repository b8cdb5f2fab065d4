"""Links that lead out of the portal, and whether anybody answers there. Each app names its columns (in extensions.py);
once a week a job asks every address. What does not answer is marked on its page and listed for the Office. Nothing is
ever removed.

Whoever may write a link could make the portal ask any address for them. So it asks only addresses of the public
Internet: the name is resolved once, every answer is looked at, and the connection goes to the very address that was
looked at.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri, punycode
from django.utils.functional import Promise

from core import jobs
from core.jobs import Run
from core.models import LinkCheck

log = logging.getLogger("portal.links")
KIND = "links.check"
TIMEOUT = 10  # seconds without a byte
DEADLINE = 30  # seconds for one address with all its redirects
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


# Addresses of IPv6 that carry one of IPv4 in their last 32 bits (RFC 4291, 2765, 6052).
_CARRIERS = [ipaddress.IPv6Network(one) for one in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")]
_OF_A_NETWORK = [ipaddress.IPv6Network(one) for one in ("fec0::/10", "64:ff9b:1::/48")]  # RFC 3879, 8215


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The addresses of IPv4 where it may lead in the end."""
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _CARRIERS):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def is_public(address: str) -> bool:
    """Of the Internet that everybody reaches: no loopback, private, link-local, shared, reserved or multicast one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _OF_A_NETWORK):
            return False
        if carried := _carried(found):
            return all(is_public(str(one)) for one in carried)
    return found.is_global and not found.is_multicast


class _Inside(OSError):
    """The name leads to an address that is not of the public Internet."""


class _Time:
    """What an address has, with all its redirects. A server that says a byte now and then runs into no timeout: the
    conversation is ended from outside."""

    def __init__(self) -> None:
        self._end = time.monotonic() + DEADLINE

    @property
    def left(self) -> float:
        return max(self._end - time.monotonic(), 0)

    @contextlib.contextmanager
    def watching(self, sock: socket.socket) -> Iterator[None]:
        """Who reads from the connection reads its end when the time is over."""
        with sock.dup() as same:  # what wraps or closes the one leaves the other

            def hang_up() -> None:
                with contextlib.suppress(OSError):
                    same.shutdown(socket.SHUT_RDWR)

            timer = threading.Timer(self.left, hang_up)
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()


def _connect(host: str, port: int, allowed: _Time) -> socket.socket:
    """To an address that was looked at: a name that answers otherwise the second time wins nothing by it."""
    if ":" in host and not is_public(host):  # a machine without IPv6 would not know such an address at all
        raise _Inside(host)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(place[4][0])) for place in found):
        raise _Inside(host)
    problem: OSError = TimeoutError()
    for family, kind, protocol, _name, place in found[:3]:
        if not allowed.left:
            break
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(min(TIMEOUT, allowed.left))
        try:
            sock.connect(place)
        except OSError as failed:
            sock.close()
            problem = failed
        else:
            return sock
    raise problem


def _ask(method: str, url: str, allowed: _Time) -> tuple[int, str]:
    """(status, where it redirects to). The body is not read."""
    parts = urlsplit(url)
    safe = parts.scheme == "https"
    host, port = punycode(parts.hostname or ""), parts.port or (443 if safe else 80)
    path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    agent = f"ASA portal, weekly check of links (+{settings.PORTAL_URL})"
    sock = _connect(host, port, allowed)
    with contextlib.closing(sock), allowed.watching(sock):
        if safe:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        kind = http.client.HTTPSConnection if safe else http.client.HTTPConnection
        with contextlib.closing(kind(f"[{host}]" if ":" in host else host, port)) as connection:
            connection.sock = sock
            connection.request(method, path, headers={"User-Agent": agent, "Accept": "*/*", "Connection": "close"})
            with connection.getresponse() as answer:
                if not allowed.left:
                    raise TimeoutError  # what was cut off is read as if it had ended there
                return answer.status, _as_meant(answer.getheader("Location") or "")


def _as_meant(header: str) -> str:
    """Many a server sends its address in UTF-8, which a header is not read as."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def problem_of(url: str) -> str:
    """Why nobody answers there, a LinkCheck.Problem; empty where somebody does."""
    allowed = _Time()
    try:
        for _hop in range(REDIRECTS + 1):
            if not _is_web(url):
                return Problem.ERROR
            status, there = _ask("HEAD", url, allowed)
            if status >= 400 and status not in ONLY_FOR_PEOPLE:
                status, there = _ask("GET", url, allowed)  # some servers answer the one and not the other
            if status in (301, 302, 303, 307, 308) and there:
                url = urljoin(url, there)
                continue
            if status < 400 or status in ONLY_FOR_PEOPLE:
                return ""
            return Problem.GONE if status in (404, 410) else Problem.ERROR
    except _Inside:
        return Problem.INSIDE
    except ssl.SSLError:
        return Problem.UNSAFE if allowed.left else Problem.SILENT
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
