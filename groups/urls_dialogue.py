"""Discussions, comments and announcements; part of groups.urls, under its names."""

from django.urls import path

from groups.views import announcements, dialogue

urlpatterns = [
    path("discussions/of/<str:code>/", dialogue.discussion_list, name="discussion_list"),
    path("discussions/of/<str:code>/new/", dialogue.discussion_open, name="discussion_open"),
    path("discussions/<int:pk>/", dialogue.discussion_detail, name="discussion_detail"),
    path("discussions/<int:pk>/write/", dialogue.discussion_write, name="discussion_write"),
    path("discussions/<int:pk>/close/", dialogue.discussion_close, name="discussion_close"),
    path("discussions/<int:pk>/reopen/", dialogue.discussion_reopen, name="discussion_reopen"),
    path("discussions/<int:pk>/pin/", dialogue.discussion_pin, name="discussion_pin"),
    path("discussions/<int:pk>/follow/", dialogue.discussion_follow, name="discussion_follow"),
    path("comments/on/<str:kind>/<int:pk>/", dialogue.comments, name="comments"),
    path("comments/on/<str:kind>/<int:pk>/write/", dialogue.comment_write, name="comment_write"),
    path("comments/<int:pk>/", dialogue.comment_detail, name="comment_detail"),
    path("comments/<int:pk>/edit/", dialogue.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/withdraw/", dialogue.comment_withdraw, name="comment_withdraw"),
    path("comments/<int:pk>/remove/", dialogue.comment_remove, name="comment_remove"),
    path("announcements/of/<str:code>/", announcements.announcement_list, name="announcement_list"),
    path("announcements/of/<str:code>/new/", announcements.announcement_create, name="announcement_create"),
    path("announcements/<int:pk>/", announcements.announcement_detail, name="announcement_detail"),
]
