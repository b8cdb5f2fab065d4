"""Addresses: includes only. No language prefix."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("asa_portal.pages.urls")),
    path("search/", include("asa_portal.search.urls")),
    path("", include("core.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("members.urls")),
    path("committees/", include("committees.urls")),
    path("", include("groups.urls")),
    path("projects/", include("projects.urls")),
    path("news/", include("asa_portal.news.urls")),
    path("kpis/", include("kpis.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
