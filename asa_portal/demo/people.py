"""Invented people, the organisations that they speak for, and the accounts to sign in with."""

from __future__ import annotations

import random
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from core.text import fold
from members.models import User

PASSWORD = "demo-portal"  # noqa: S105  the demo accounts are meant to be known; they exist in demo mode only


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    role: str


ACCOUNTS = [
    Account("admin@demo.test", "Ada Brenner", "Administrator"),
    Account("office@demo.test", "Ottilie Vanderweyden", "ASA Office"),
    Account("office2@demo.test", "Ludovic Kestemont", "ASA Office, the second person"),
    Account("chair.tech@demo.test", "Tomas Hronec", "Chair of the Technology committee"),
    Account("vice.tech@demo.test", "Valérie Marchois", "Vice-chair of the Technology committee"),
    Account("chair.edu@demo.test", "Edita Lindqvall", "Chair of the Education committee"),
    Account("lead@demo.test", "Leandro Sartorel", "Lead of a Technology working group"),
    Account("member@demo.test", "Mirjam Kolářiková", "Primary contact of a member"),
    Account("reporter@demo.test", "Radim Pospíšilík", "KPI reporter of the same member"),
    Account("outsider@demo.test", "Oisín Carrowmore", "Representative of another member"),
]

_FIRST = """
Agnese Alva Anselm Annika Aurelio Bartosz Beatriz Bérénice Bojana Casimir Celeste Ciara Dagmar Danuta Delphine
Eero Eliška Emanuele Esra Fenna Florin Gaspard Giulia Gudrun Hanne Henrike Iker Ilona Ivo Jagoda Joris Jurgita
Kaarina Klára Kristóf Laurens Leokadia Liv Ludmila Maarten Magali Maren Marko Matilde Mihnea Nadia Niels Noora
Oriol Paavo Petra Quentin Ragnhild Rasmus Rita Rosalie Sándor Silke Sorin Tereza Thibault Ulrika Urška Vasco
Vesna Wiebke Xenia Yvain Zoltán Zuzana
"""
_LAST = """
Abendroth Ahlqvist Altunbas Baranek Bellarosa Brodin Castelmur Cernavoda Coppens Dąbrowski-Lis Delacroisée
Duartes Eichgrün Falkenrath Fiorentin Gallagh Gyarmathi Halonkoski Hartwigsen Horvathy Iglesiano Jankowiak
Juhászi Kaasiku Karvonius Kestelman Kovarik Langhoven Lefèbvrier Lupescu Maderna Marinovski Meulenaar Mórawski
Nordahlen Novotnick Obradovich Oliveirinha Papadakos Petrescu-Van Quintanar Rautalampi Rosenbaumer Salcedano
Schellinger Silvestrin Skovbjerg Stanislavek Szalayi Terpstraat Toivonius Ungerland Valdespino Vandermoor
Vuković-Lang Weissenfeld Wolańczyk Ylönheimo Zanardelli Zelenkov
"""


class People:
    """Makes people one after the other; the same seed makes the same people."""

    def __init__(self, seed: random.Random) -> None:
        names = [f"{first} {last}" for first in _FIRST.split() for last in _LAST.split()]
        seed.shuffle(names)
        self._names = iter(names)
        self._fresh: list[User] = []
        self._no_password = make_password(None)

    def next(self, domain: str) -> User:
        """A person with an address under a domain that no mail can reach (RFC 2606)."""
        name = next(self._names)
        user = User(email=f"{fold(name).replace(' ', '.')}@{domain}", name=name, password=self._no_password)
        self._fresh.append(user)
        return user

    def save(self) -> None:
        User.objects.bulk_create(self._fresh)
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in self._fresh
        )
        self._fresh.clear()


def make_accounts() -> dict[str, User]:
    """The accounts that a visitor of the demo signs in with, by e-mail address."""
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(User(email=one.email, name=one.name, password=password) for one in ACCOUNTS)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return {user.email: user for user in users}
