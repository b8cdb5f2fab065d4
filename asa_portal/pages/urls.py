from django.urls import path

from asa_portal.pages import views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("my-organisation/", views.my_organisation, name="my_organisation"),
]
