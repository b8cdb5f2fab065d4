"""What every portal starts from, each part beside the models that it fills."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def _loader(path: str) -> Callable[[], int]:
    """Named by path: this package is imported before the models are ready."""
    module, _dot, function = path.rpartition(".")
    return lambda: int(getattr(import_module(module), function)())


# In this order: later parts name earlier ones.
LOADERS: dict[str, Callable[[], int]] = {
    "countries": _loader("core.geography.reference.load_countries"),
    "regions": _loader("core.geography.reference.load_regions"),
    "member types": _loader("core.catalogues.reference.load_member_types"),
    "themes": _loader("core.catalogues.reference.load_themes"),
    "indicators": _loader("core.catalogues.indicator_reference.load_indicators"),
    "activity types": _loader("core.catalogues.reference.load_activity_types"),
    "licences": _loader("core.catalogues.reference.load_licences"),
    "committees": _loader("committees.reference.load_committees"),
    "projects": _loader("projects.reference.load_projects"),
    "ambitions": _loader("kpis.reference.load_ambition"),
}
