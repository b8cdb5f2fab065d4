from django.urls import path

from projects.views import initiatives, projects

app_name = "projects"

urlpatterns = [
    path("", projects.project_list, name="project_list"),
    path("initiatives/", initiatives.initiative_list, name="initiative_list"),
    path("initiatives/<slug:code>/", initiatives.initiative_detail, name="initiative_detail"),
    path("<slug:slug>/", projects.project_detail, name="project_detail"),
]
