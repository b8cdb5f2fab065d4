from django.apps import apps

from core import permissions
from core.apps import PortalAppConfig


def test_every_app_of_ours_registers_its_rules_when_it_starts() -> None:
    ours = {"core", "members", "committees", "groups", "projects", "kpis", "pages"}
    assert {config.label for config in apps.get_app_configs() if isinstance(config, PortalAppConfig)} >= ours
    assert "core.administer" in permissions.rights()
