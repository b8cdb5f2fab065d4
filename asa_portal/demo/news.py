"""News of the demo partnership: of each kind of publisher and in every state, with and without a picture."""

from __future__ import annotations

import io
import tomllib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from asa_portal.news import publishers, services
from asa_portal.news.forms import LONGEST_SIDE, MOST_MB, SHORTEST_SIDE
from asa_portal.news.models import Post
from committees.models import Committee, Seat
from core import pictures
from core.pictures import Picture
from groups.models import Group
from groups.selectors import leads_of
from members.models import User
from projects.models import Project

DATA = Path(__file__).parent / "news.toml"
NAVY, BLUE, SKY, WARM, PALE = "#0b1e3d", "#1450b8", "#8db8ff", "#f2711c", "#e5edfb"


def drawing(kind: str) -> Picture:
    """A picture of the demo's own: nobody has a right to it, and nobody stands in it."""
    canvas = Image.new("RGB", (1200, 675), PALE)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, 590, 1200, 675), fill=NAVY)
    if kind == "cells":
        for row in range(3):
            for column in range(9):
                left, top, charge = 85 + column * 116, 120 + row * 132, (column * 5 + row * 3) % 9
                draw.rounded_rectangle((left, top, left + 92, top + 98), 14, fill="#ffffff", outline=BLUE, width=5)
                draw.rectangle(
                    (left + 14, top + 84 - charge * 8, left + 78, top + 84), fill=WARM if charge < 2 else BLUE
                )
    elif kind == "routes":
        stops = [(90, 540), (290, 330), (520, 410), (740, 190), (960, 300), (1120, 110)]
        draw.line(stops, fill=BLUE, width=18, joint="curve")
        draw.line([(x, 640 - y) for x, y in stops], fill=SKY, width=12, joint="curve")
        for number, (x, y) in enumerate(stops):
            draw.ellipse(
                (x - 26, y - 26, x + 26, y + 26), fill=WARM if number == 3 else "#ffffff", outline=NAVY, width=7
            )
    else:
        for step in range(8):
            left, height = 80 + step * 134, 60 + step * 60
            draw.rectangle(
                (left, 590 - height, left + 96, 590), fill=WARM if step == 7 else (BLUE if step % 2 else SKY)
            )
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return pictures.read(out.getvalue(), most_mb=MOST_MB, longest=LONGEST_SIDE, shortest=SHORTEST_SIDE, too_small="")


class Writers:
    """For whom a post is, and who writes it. Read anew each time: here days pass."""

    def __init__(self) -> None:
        group = Group.objects.active().filter(roles__user__email="lead@demo.test").order_by("code")[0]
        self.bodies: dict[str, publishers.Body | None] = {
            "office": None,
            "group": group,
            **{one.code: one for one in Committee.objects.all()},
            **{one.slug: one for one in Project.objects.all()},
        }

    def of(self, body: publishers.Body | None) -> User:
        if isinstance(body, Committee):
            seat = Seat.objects.in_force().filter(committee=body, role=Seat.Role.CHAIR).first()
            if seat is not None:
                return User.objects.get(pk=seat.user_id)
        if isinstance(body, Group):
            return User.objects.get(pk=leads_of(body)[0].user_id)
        return User.objects.get(email="office@demo.test")


def _make(entry: dict[str, Any], partnership: Partnership, writers: Writers) -> None:
    body, day = writers.bodies[entry["of"]], partnership.today - timedelta(days=entry["back"])
    with clock.on(day, 9):
        post = services.write_post(
            body=body,
            key=uuid.uuid4(),
            actor=writers.of(body),
            title=entry["title"],
            lead=entry["lead"].strip(),
            text=entry["text"].strip(),
            language=entry.get("language", "en"),
            image_alt=entry.get("alt", ""),
            picture=drawing(entry["picture"]) if "picture" in entry else None,
        )
    if entry.get("draft"):
        return
    with clock.on(day, 11):
        later = partnership.today + timedelta(days=entry["ahead"]) if "ahead" in entry else None
        services.publish_post(post_id=post.pk, actor=writers.of(body), day=later)
    if note := entry.get("corrected"):
        with clock.on(day + timedelta(days=2)):
            services.change_post(
                post_id=post.pk, revision=0, actor=writers.of(body), note=note, lead=entry["corrected_lead"].strip()
            )
    if note := entry.get("withdrawn"):
        with clock.on(day + timedelta(days=3)):
            services.withdraw_post(post_id=post.pk, actor=writers.of(body), note=note)


def load(partnership: Partnership) -> dict[str, int]:
    writers = Writers()
    for entry in tomllib.loads(DATA.read_text(encoding="utf-8"))["post"]:
        _make(entry, partnership, writers)
    return {"news": Post.objects.count()}
