"""Addresses of the search for partners, below those of projects."""

from django.urls import path

from projects.views import ideas

urlpatterns = [
    path("", ideas.idea_list, name="idea_list"),
    path("new/", ideas.idea_create, name="idea_create"),
    path("<int:pk>/", ideas.idea_detail, name="idea_detail"),
    path("<int:pk>/edit/", ideas.idea_edit, name="idea_edit"),
    path("<int:pk>/recommend/", ideas.idea_recommend, name="idea_recommend"),
    path("<int:pk>/postpone/", ideas.idea_postpone, name="idea_postpone"),
    path("<int:pk>/close/", ideas.idea_close, name="idea_close"),
    path("<int:pk>/award/", ideas.idea_award, name="idea_award"),
    path("<int:pk>/confirm/", ideas.idea_confirm, name="idea_confirm"),
    path("<int:pk>/return/", ideas.idea_return, name="idea_return"),
    path("<int:pk>/ask/", ideas.idea_approach, name="idea_approach"),
    path("<int:pk>/interest/", ideas.interest_express, name="interest_express"),
    path("interests/<int:pk>/accept/", ideas.interest_accept, name="interest_accept"),
    path("interests/<int:pk>/decline/", ideas.interest_decline, name="interest_decline"),
    path("interests/<int:pk>/withdraw/", ideas.interest_withdraw, name="interest_withdraw"),
]
