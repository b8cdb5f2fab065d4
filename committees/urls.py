from django.urls import path

from committees import views

app_name = "committees"

urlpatterns = [
    path("", views.committee_list, name="committee_list"),
    path("<str:code>/", views.committee_detail, name="committee_detail"),
]
