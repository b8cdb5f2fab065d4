"""A page with every component of the layout on it, for the tests of the face only."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

PAGE = """
{% extends "base.html" %}
{% block title %}Components{% endblock %}
{% block breadcrumbs %}<li><a href="/">Home</a></li><li aria-current="page">Components</li>{% endblock %}
{% block heading %}<h1>Every component</h1><p class="lead">On one page, for the tests.</p>{% endblock %}
{% block actions %}
  <a class="button primary" href="/">Main action</a>
  {% include "components/confirm.html" with label="Decline …" title="Decline this?" text="It is told." action="/" submit="Decline" tone="danger" form=reason %}
{% endblock %}
{% block content %}
  <nav class="tabs" aria-label="Tabs"><a href="/" aria-current="page">First</a><a href="/">Second</a></nav>
  <form class="toolbar" method="get"><div class="field"><label for="q">Search</label><input id="q" name="q"></div><div class="field"><label for="kind">Kind</label><select id="kind" name="kind"><option>All</option></select></div><button class="button">Search</button></form>
  <section><h2>Badges</h2><p class="row">{% for state in states %}{% include "components/status.html" with state=state label=state %}{% endfor %}</p></section>
  <div class="grid">
    {% include "components/stat.html" with label="People" value="41,230" note="of 700,000" href="/" tone="accent" %}
    {% include "components/stat.html" with label="Members" value="120" note="in 25 countries" %}
  </div>
  {% for tone in tones %}<div class="notice {{ tone }}"><p><strong>Notice.</strong> It has a <a href="/">link</a>.</p></div>{% endfor %}
  <div class="grid two">
    <section class="card"><header><h2>Card</h2><span class="badge ok">approved</span></header><dl class="meta"><dt>Country</dt><dd>Ireland</dd><div><dt>Kind</dt><dd>Supplier</dd></div></dl><ul class="chips"><li>Batteries</li></ul></section>
    <section class="card"><h2>History</h2>{% include "components/history.html" with subjects=True %}</section>
  </div>
  <div class="table-scroll"><table class="table"><caption>A wide table</caption><thead><tr>{% for n in columns %}<th scope="col">Column {{ n }}</th>{% endfor %}<th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead><tbody><tr><th scope="row">Row</th>{% for n in columns|slice:"1:" %}<td class="num">{{ n|number }}</td>{% endfor %}<td>{% include "components/confirm.html" with label="Close" title="Close it?" action="/" submit="Close it" form=None %}</td></tr></tbody></table></div>
  {% include "components/pagination.html" %}
  {% include "components/progress.html" with label="Rows written" value=40 max=120 note="40 of 120" %}
  <ol class="steps"><li class="done"><strong>Upload</strong></li><li aria-current="step"><strong>Map</strong></li><li><strong>Confirm</strong></li></ol>
  <details class="more"><summary>More</summary><p id="inside">What is inside.</p></details>
  {% include "components/empty.html" with title="No groups yet" text="Propose the first." action="/" action_label="Propose" %}
  <form method="post" class="card" novalidate>{{ form }}<div class="form-actions"><button class="button primary">Save</button><button class="button quiet">Cancel</button><button class="button" disabled>Not now</button></div></form>
  {% include "components/flamenco_notice.html" %}
{% endblock %}
{% block aside %}<section class="card"><h2>Beside</h2><p>Facts.</p></section>{% endblock %}
"""  # noqa: E501


class EveryField(forms.Form):
    title = forms.CharField(label="Title", help_text="As it is called.", max_length=5)
    summary = forms.CharField(label="Summary", widget=forms.Textarea, required=False)
    email = forms.EmailField(label="E-mail address")
    people = forms.IntegerField(label="People", min_value=0)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    committee = forms.ChoiceField(label="Committee", choices=[("TECH", "Technology"), ("EDU", "Education")])
    themes = forms.MultipleChoiceField(
        label="Themes", choices=[("a", "Batteries"), ("b", "Hydrogen")], widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[("wg", "Working group"), ("tf", "Task force")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="I have read the rules", help_text="They are short.")
    file = forms.FileField(label="File", required=False)


class Reason(forms.Form):
    note = forms.CharField(label="Reason", widget=forms.Textarea)


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    event: dict[str, Any] = {"actor": "Ada Brenner", "behalf_label": "Beskydia", "phrase": "approved the work plan"}
    event |= {"subject_label": "TECH-WG-01 2026", "subject_url": "/", "note": "Well done.", "at": datetime.now(UTC)}
    context = {
        "states": ["draft", "submitted", "returned", "approved", "declined", "closed"],
        "tones": ["info", "ok", "warn", "bad"],
        "events": [SimpleNamespace(**event), SimpleNamespace(**event | {"note": ""})],
        "columns": range(1, 16),
        "page": Paginator(range(400), 10).page(9),
        "form": EveryField({"title": "too long", "people": "-1"}),
        "reason": Reason(prefix="reason"),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("components/", components), path("", include("asa_portal.urls"))]
