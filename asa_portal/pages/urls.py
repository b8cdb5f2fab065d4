from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from asa_portal.pages import views
from asa_portal.pages.sitemaps import SITEMAPS

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("about/method/", views.method, name="method"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("imprint/", views.imprint, name="imprint"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", login_not_required(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("office/links/", views.dead_links, name="dead_links"),
    path("me/", views.me, name="me"),
    path("me/number/", views.waiting_number, name="waiting_number"),
    path("my-organisation/", views.my_organisation, name="my_organisation"),
]
