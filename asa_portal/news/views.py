"""News: the list, one of them, its picture, the feeds; writing and what becomes of them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from asa_portal.news import feeds, publishers, selectors, services, steps
from asa_portal.news.forms import PostForm, PublishForm, WithdrawForm
from asa_portal.news.models import Post
from asa_portal.news.structured import post_data
from core import events, permissions
from core.pictures import MEDIA_TYPES
from core.views.deciding import Steps, carry_out
from core.views.files import sealed
from core.workflow import Incomplete
from groups.errors import ChangedMeanwhile
from groups.models import Group
from members.requests import PageRequest, SignedInRequest

A_PAGE = 12
FORM = ["GET", "HEAD", "POST"]


# -- Reading -----------------------------------------------------------------------------------------------------------
@login_not_required
@require_safe
def post_list(request: PageRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("of", "year", "language")}
    page = Paginator(selectors.published(chosen), A_PAGE).get_page(request.GET.get("page"))
    rows_only = bool(request.htmx) and not request.htmx.history_restore_request
    context: dict[str, Any] = {"page": page, "chosen": chosen, "filtered": any(chosen.values())}
    if not rows_only:
        context |= selectors.choices()
        if request.user.is_authenticated:
            context["own"] = selectors.unpublished_for(request.user)
            context["writes_for"] = [
                (publishers.name_of(body), publishers.writing_for(body)) for body in publishers.of_person(request.user)
            ]
    response = render(request, "news/partials/_posts.html" if rows_only else "news/post_list.html", context)
    patch_vary_headers(response, ["HX-Request"])  # the browser keeps the rows and the page apart
    return response


def _find(request: HttpRequest, pk: int, slug: str = "") -> Post:
    return get_object_or_404(Post.objects.visible_to(request.user).with_publisher(), pk=pk)


@login_not_required
@require_safe
def post_detail(request: PageRequest, pk: int, slug: str) -> HttpResponse:
    try:
        post = _find(request, pk)
    except Http404:
        gone = Post.objects.filter(pk=pk, status=Post.Status.WITHDRAWN).exclude(published_at=None).first()
        if gone is None:
            raise
        return render(request, "news/post_withdrawn.html", {"post": gone}, status=410)
    if slug != post.slug:
        return HttpResponsePermanentRedirect(post.get_absolute_url())
    return _page(request, post)


def _corrections(post: Post, writes: bool) -> list[dict[str, Any]]:
    """What readers are told of each, and to those who write, the words as they were."""
    found, labels = [], {field.name: field.verbose_name for field in Post._meta.concrete_fields}
    for event in events.of(post).filter(verb=steps.CORRECT):
        before = event.data["before"].items() if writes else ()
        words = [(labels.get(name, name), old) for name, old in before if isinstance(old, str)]
        found.append({"note": event.note, "at": event.at, "before": words})
    return found


def _page(request: PageRequest, post: Post, *, status: int = 200, **again: Any) -> HttpResponse:
    writes = request.user.is_authenticated and publishers.writes_for(request.user, post.body)
    inside = request.user.is_authenticated and (writes or bool(request.user.staff_roles))
    context = {
        "post": post,
        "feed": publishers.feed_of(post.body),
        "corrections": _corrections(post, writes) if post.corrected_at else [],
        "more": selectors.latest(post.body, but=post),
        "structured": post_data(post) if post.status == Post.Status.PUBLISHED else None,
        "writes": writes,
        "events": events.of(post) if inside else [],
        "publish_form": PublishForm(auto_id="publish_%s", initial={"day": post.publish_on}),
        "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
        **again,
    }
    return render(request, "news/post_detail.html", context, status=status)


@login_not_required
@require_safe
def post_image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture, to everybody who may read the post. Its type is the one that was found in it when it came."""
    post = _find(request, pk)
    media_type = MEDIA_TYPES.get(post.image_ending)
    if media_type is None:
        raise Http404
    try:
        with post.image.open("rb") as file:
            answer = HttpResponse(file.read(), content_type=media_type)
    except FileNotFoundError:
        raise Http404 from None
    answer["Content-Disposition"] = "inline"
    return sealed(answer)


# -- Feeds -------------------------------------------------------------------------------------------------------------
def _feed(request: HttpRequest, posts: Any, *, title: str, page: str, key: str) -> HttpResponse:
    found = posts.published().with_publisher().order_by("-published_at", "-pk")[: feeds.ENTRIES]
    text = feeds.feed(found, title=title, page=page, address=request.path, key=key)
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    title = _("News of the Automotive Skills Alliance")
    return _feed(request, Post.objects.all(), title=title, page=reverse("news:post_list"), key=feeds.name_of("all"))


@login_not_required
@require_safe
def office_feed(request: HttpRequest) -> HttpResponse:
    page = f"{reverse('news:post_list')}?of={publishers.OFFICE}"
    return _feed(request, Post.objects.of(None), title=_title(None), page=page, key=feeds.name_of(publishers.OFFICE))


@login_not_required
@require_safe
def body_feed(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    body = _body(request, kind, key)
    if publishers.key_of(body) != key:
        return redirect(publishers.feed_of(body))
    name = feeds.name_of(f"{kind}/{body.pk}")
    return _feed(request, Post.objects.of(body), title=_title(body), page=body.get_absolute_url(), key=name)


def _title(body: publishers.Body | None) -> str:
    return _("News: %(name)s, Automotive Skills Alliance") % {"name": publishers.name_of(body)}


def _body(request: HttpRequest, kind: str, key: str) -> publishers.Body:
    """By its code or word in addresses; a group also by a code that it had once."""
    model, column = publishers.KINDS.get(kind, (None, ""))
    if model is None:
        raise Http404
    rows: Any = model.objects.visible_to(request.user)
    found = rows.filter(**{column: key}).first() or (rows.once_called(key) if model is Group else None)
    if found is None:
        raise Http404
    return found


# -- Writing -----------------------------------------------------------------------------------------------------------
@require_http_methods(FORM)
def office_create(request: SignedInRequest) -> HttpResponse:
    return _create(request, None)


@require_http_methods(FORM)
def post_create(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    return _create(request, _body(request, kind, key))


def _create(request: SignedInRequest, body: publishers.Body | None) -> HttpResponse:
    wish = Post(**publishers.fields_of(body))
    permissions.require(request.user, "news.write_post", wish)
    form = PostForm(request.POST or None, request.FILES or None, instance=wish)
    if request.method == "POST" and form.is_valid():
        words = form.words
        key = words.pop("key") or uuid.uuid4()
        try:
            found = services.write_post(body=body, key=key, actor=request.user, **words)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(request, _("The draft is saved. Look at it, then publish it."))
            return redirect(found)
    return _form(request, form, wish)


@require_http_methods(FORM)
def post_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    post = _find(request, pk)
    permissions.require(request.user, "news.change_post", post)
    form = PostForm(request.POST or None, request.FILES or None, instance=post)
    status = 0
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            post = services.change_post(post_id=pk, revision=revision, actor=request.user, **form.words)
        except Incomplete as problem:
            _add(form, problem)
        except ChangedMeanwhile:
            form.add_error(
                None,
                _("Somebody saved this since you opened it. Open it in another window, and add there what you wrote."),
            )
            status = 409
        else:
            messages.success(request, _("It is saved."))
            return redirect(post)
    return _form(request, form, post, status)


def _add(form: Any, problem: Incomplete) -> None:
    for name, sentence in problem.problems.items():
        form.add_error(name if name in form.fields else None, sentence)


def _form(request: SignedInRequest, form: PostForm, post: Post, status: int = 0) -> HttpResponse:
    context = {"form": form, "post": post, "publisher": publishers.name_of(post.body)}
    return render(request, "news/post_form.html", context, status=status or (422 if form.errors else 200))


@require_POST
def post_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    post = _find(request, pk)
    permissions.require(request.user, "news.publish_post", post)
    form = PublishForm(request.POST, auto_id="publish_%s")
    later = form.is_valid() and form.cleaned_data["day"]
    return carry_out(
        request,
        form,
        services.publish_post,
        again=lambda form: _page(request, post, status=422, publish_form=form),
        done=_("The day is set.") if later else _("It is published."),
        to=post,
        post_id=pk,
    )


step = Steps(_find, _page, "news.{step}_post", "post_id")
post_withdraw = step(
    "withdraw", WithdrawForm, services.withdraw_post, gettext_lazy("It is withdrawn, and nobody reads it any more.")
)

post_recall = step("recall", forms.Form, services.recall_post, gettext_lazy("It is a draft again."))
