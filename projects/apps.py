from core.apps import PortalAppConfig


class ProjectsConfig(PortalAppConfig):
    name = "projects"
    registries = (*PortalAppConfig.registries, "partnering", "imports")
