"""Discussions of committees and groups, and comments on plans, activities and proposals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import permissions
from core.views.deciding import Steps, carry_out
from groups.dialogue import reading
from groups.dialogue.people import who_can_be_named
from groups.forms import DecisionForm, ReasonForm
from groups.forms.dialogue import CommentForm, DiscussionForm, EditForm, FollowForm, PinForm
from groups.models import Comment, Thread
from groups.models.dialogue import kind_of, readable
from groups.services import dialogue
from groups.views.bodies import body_inside
from groups.views.groups import by_earlier_codes
from members.requests import SignedInRequest

A_PAGE = 25
_WITH: dict[str, tuple[str, ...]] = {
    "plan": ("group__committee",),
    "activity": ("plan__group__committee", "owner"),
    "proposal": ("committee", "organisation", "proposer"),
}


@require_safe
@by_earlier_codes
def discussion_list(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_inside(request, code)
    rows = Thread.objects.of(body).in_list(request.user)
    found = request.GET.get("q", "").strip()
    if found:
        rows = rows.filter(title__icontains=found)
    context = {
        "body": body,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "q": found,
        "wish": Thread(**{kind_of(body): body}),
    }
    return render(request, "groups/discussion_list.html", context)


@by_earlier_codes
def discussion_open(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_inside(request, code)
    wish = Thread(**{kind_of(body): body})
    permissions.require(request.user, "groups.open_discussion", wish)
    form = DiscussionForm(request.POST or None, people=_people(request, wish))
    if request.method == "POST" and form.is_valid():
        thread = dialogue.open_discussion(body=body, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The discussion is open, and everybody with a place there is told."))
        return redirect(thread)
    return render(
        request, "groups/discussion_form.html", {"body": body, "form": form}, status=422 if form.errors else 200
    )


def _people(request: SignedInRequest, thread: Thread) -> QuerySet:
    return who_can_be_named(thread).exclude(pk=request.user.pk)


def _discussion(request: HttpRequest, pk: int) -> Thread:
    return get_object_or_404(Thread.objects.visible_to(request.user).with_target(), pk=pk)


def _stream(request: SignedInRequest, kind: str, pk: int) -> Thread:
    if kind not in _WITH:
        raise Http404
    return reading.stream(get_object_or_404(readable(request.user)[kind].select_related(*_WITH[kind]), pk=pk))


@require_safe
def discussion_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = _discussion(request, pk)
    return _page(request, thread) if thread.is_discussion else redirect(thread)


@require_safe
def comments(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    return _page(request, _stream(request, kind, pk))


def _page(request: SignedInRequest, thread: Thread, *, status: int = 200, **forms: Any) -> HttpResponse:
    page = reading.page_of(thread, request.GET.get("page"))
    for comment in page.object_list:
        comment.thread = thread
    reader = reading.reader_of(thread, request.user)
    seen_until = reader.read_at if reader else None
    why_not = permissions.explain(request.user, "groups.write_comment", thread)
    context = {
        "thread": thread,
        "target": thread.target,
        "group": thread.group_concerned,
        "committee": thread.committee_concerned,
        "page": page,
        "seen_until": seen_until,
        "choice": reader.choice if reader else "",
        "why_not": why_not,
        "moderates": request.user.has_perm("groups.moderate_discussion", thread),
        "form": None if why_not else CommentForm(people=_people(request, thread)),
        "close_form": DecisionForm(auto_id="close_%s"),
        **forms,
    }
    response = render(request, "groups/discussion_detail.html", context, status=status)
    if thread.pk and page.number == page.paginator.num_pages:
        dialogue.mark_read(thread=thread, reader=request.user)
    return response


def _write(request: SignedInRequest, thread: Thread) -> HttpResponse:
    form = CommentForm(request.POST, people=_people(request, thread))
    if not form.is_valid():
        return _page(request, thread, status=422, form=form)
    try:
        comment = dialogue.write_comment(thread=thread, actor=request.user, **form.cleaned_data)
    except permissions.Denied as reason:  # closed while somebody was writing: the text is not lost
        form.add_error(None, str(reason))
        return _page(request, thread, status=409, form=form)
    messages.success(request, _("Your comment is there."))
    return redirect(comment)


@require_POST
def discussion_write(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, _discussion(request, pk))


@require_POST
def comment_write(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    return _write(request, _stream(request, kind, pk))


step = Steps(_discussion, _page, "groups.{step}_discussion", "discussion_id")
discussion_close = step("close", DecisionForm, dialogue.close_discussion, gettext_lazy("The discussion is closed."))
discussion_reopen = step(
    "reopen", DecisionForm, dialogue.reopen_discussion, gettext_lazy("The discussion is open again.")
)
discussion_pin = step("pin", PinForm, dialogue.pin_discussion, gettext_lazy("The order of the list is changed."))
discussion_follow = step("follow", FollowForm, dialogue.follow_discussion, gettext_lazy("Your choice is saved."))


# -- One comment -------------------------------------------------------------------------------------------------------


def _comment(request: SignedInRequest, pk: int) -> Comment:
    rows = Comment.objects.visible_to(request.user).select_related("author", "organisation", "removed_by")
    comment = get_object_or_404(rows.prefetch_related("mentioned"), pk=pk)
    comment.thread = Thread.objects.with_target().get(pk=comment.thread_id)
    return comment


@require_safe
def comment_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a comment stands: on which page of which thread."""
    comment = _comment(request, pk)
    number = reading.page_number_of(comment)
    return redirect(f"{comment.thread.get_absolute_url()}?page={number}#comment-{comment.pk}")


def comment_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    comment = _comment(request, pk)
    people = _people(request, comment.thread)
    if request.method != "POST":
        permissions.require(request.user, "groups.edit_comment", comment)
        first = {"text": comment.text, "tell": [user.pk for user in comment.mentioned.all()]}
        return _ask(request, comment, "edit", EditForm(people=people, initial=first))
    form = EditForm(request.POST, people=people)
    try:
        return carry_out(
            request,
            form,
            dialogue.edit_comment,
            again=lambda wrong: _ask(request, comment, "edit", wrong, status=422),
            done=_("Your comment is changed."),
            to=comment,
            comment_id=pk,
        )
    except permissions.Denied as reason:  # the hour is over, or the discussion was closed: the text is not lost
        if comment.author_id != request.user.pk:
            raise
        form.add_error(None, str(reason))
        return _ask(request, comment, "edit", form, status=409)


def _ask(request: HttpRequest, comment: Comment, act: str, form: Any, status: int = 200) -> HttpResponse:
    thread = comment.thread
    context = {
        "comment": comment,
        "thread": thread,
        "target": thread.target,
        "group": thread.group_concerned,
        "committee": thread.committee_concerned,
        "act": act,
        "form": form,
    }
    return render(request, "groups/comment_form.html", context, status=status)


def comment_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    return _take_away(request, pk, "withdraw", None, _("Your comment is taken back."))


def comment_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    return _take_away(request, pk, "remove", ReasonForm, _("The comment is removed, and its author is told why."))


def _take_away(request: SignedInRequest, pk: int, act: str, form: Any, done: str) -> HttpResponse:
    comment = _comment(request, pk)
    permissions.require(request.user, f"groups.{act}_comment", comment)
    if request.method != "POST":
        return _ask(request, comment, act, form() if form else None)
    return carry_out(
        request,
        (form or forms.Form)(request.POST),
        dialogue.remove_comment if act == "remove" else dialogue.withdraw_comment,
        again=lambda wrong: _ask(request, comment, act, wrong, status=422),
        done=done,
        to=comment,
        comment_id=pk,
    )
