from django.urls import include, path, re_path

from projects.views import imports, initiatives, keeping, projects, results

app_name = "projects"

urlpatterns = [
    path("", projects.project_list, name="project_list"),
    path("initiatives/", initiatives.initiative_list, name="initiative_list"),
    path("initiatives/new/", keeping.initiative_create, name="initiative_create"),
    path("initiatives/<slug:code>/edit/", keeping.initiative_edit, name="initiative_edit"),
    path("initiatives/<slug:code>/parts/", keeping.initiative_parts, name="initiative_parts"),
    path(
        "initiatives/<slug:code>/parts/<int:pk>/remove/",
        keeping.initiative_partner_remove,
        name="initiative_partner_remove",
    ),
    path("pilots/", initiatives.pilot_list, name="pilot_list"),
    path("new/", keeping.project_create, name="project_create"),
    path("initiatives/<slug:code>/", initiatives.initiative_detail, name="initiative_detail"),
    path("ideas/", include("projects.urls_ideas")),
    path("results/", results.result_list, name="result_list"),
    re_path(r"^results/export\.(?P<ending>csv|xlsx|ods)$", results.result_export, name="result_export"),
    path("results/import/", include(imports.wizard.urls())),
    path("results/<int:pk>/", results.result_detail, name="result_detail"),
    path("results/<int:pk>/file/", results.result_file, name="result_file"),
    path("results/<int:pk>/edit/", results.result_edit, name="result_edit"),
    path("results/<int:pk>/propose/", results.result_propose, name="result_propose"),
    path("results/<int:pk>/take-up/", results.result_take_up, name="result_take_up"),
    path("results/<int:pk>/decline/", results.result_decline, name="result_decline"),
    path("results/<int:pk>/use/", results.result_use, name="result_use"),
    path("results/<int:pk>/retire/", results.result_retire, name="result_retire"),
    path("results/<int:pk>/uses/begin/", results.use_begin, name="use_begin"),
    path("results/<int:pk>/uses/<int:use>/end/", results.use_end, name="use_end"),
    path("<slug:slug>/results/new/", results.result_create, name="result_create"),
    path("<slug:slug>/edit/", keeping.project_edit, name="project_edit"),
    path("<slug:slug>/partners/", keeping.partner_list, name="partner_list"),
    path("<slug:slug>/partners/<int:pk>/", keeping.partner_edit, name="partner_edit"),
    path("<slug:slug>/partners/<int:pk>/remove/", keeping.partner_remove, name="partner_remove"),
    path("<slug:slug>/", projects.project_detail, name="project_detail"),
]
