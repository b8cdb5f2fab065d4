"""What every app of the portal does when it starts: it registers its rights, audiences and job handlers."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule


class PortalAppConfig(AppConfig):
    """Loads the modules by which an app tells core its rules; core never imports an app."""

    default_auto_field = "django.db.models.BigAutoField"
    # Django takes the one config of an apps.py that calls itself the default, and this class is seen there as well:
    # with two to choose from it would silently take neither, and no right of the app would exist.
    default = False
    registries: tuple[str, ...] = ("permissions", "audiences", "tasks", "extensions", "waiting", "privacy", "retention")

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for registry in self.registries:
            if module_has_submodule(self.module, registry):
                import_module(f"{self.name}.{registry}")


class CoreConfig(PortalAppConfig):
    name = "core"
