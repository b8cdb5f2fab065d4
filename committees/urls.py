from django.urls import path, re_path

from committees.views import committees, procedures, register, seats

app_name = "committees"

urlpatterns = [
    path("", committees.committee_list, name="committee_list"),
    path("procedures/<int:pk>/", procedures.procedure_detail, name="procedure_detail"),
    path("procedures/<int:pk>/support/", procedures.procedure_support, name="procedure_support"),
    path("procedures/<int:pk>/comment/", procedures.procedure_comment, name="procedure_comment"),
    path("procedures/<int:pk>/object/", procedures.procedure_object, name="procedure_object"),
    path("procedures/<int:pk>/withdraw/", procedures.procedure_withdraw, name="procedure_withdraw"),
    path("procedures/open/<str:key>/<int:pk>/", procedures.procedure_open, name="procedure_open"),
    path("seats/<int:pk>/hand-over/", seats.seat_hand_over, name="seat_hand_over"),
    path("seats/<int:pk>/end/", seats.seat_end, name="seat_end"),
    path("<str:code>/seats/", seats.seat_list, name="seat_list"),
    path("<str:code>/seats/give/", seats.seat_give, name="seat_give"),
    path("<str:code>/", committees.committee_detail, name="committee_detail"),
    path("<str:code>/register/", register.decision_list, name="decision_list"),
    re_path(
        r"^(?P<code>[^/]+)/register/export\.(?P<ending>csv|xlsx|ods)$", register.decision_export, name="decision_export"
    ),
]
