from django.urls import path

from kpis.views import dashboard, reports, rounds

app_name = "kpis"

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("figures/", dashboard.drill_down, name="drill_down"),
    path("desk/", rounds.desk, name="desk"),
    path("rounds/", rounds.round_list, name="round_list"),
    path("rounds/<int:pk>/open/", rounds.round_open, name="round_open"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round_close"),
    path("rounds/<int:pk>/report/", reports.report_start, name="report_start"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<int:pk>/", reports.report_detail, name="report_detail"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<int:pk>/submit/", reports.report_submit, name="report_submit"),
    path("reports/<int:pk>/return/", reports.report_return, name="report_return"),
    path("reports/<int:pk>/approve/", reports.report_approve, name="report_approve"),
    path("reports/<int:pk>/reopen/", reports.report_reopen, name="report_reopen"),
]
