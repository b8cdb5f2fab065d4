"""Which country is meant: by code, or by its name in any language of the Union and of its neighbours."""

from __future__ import annotations

import pickle
from functools import cache

from babel import localedata

from core.geography.models import Country, CountryAlias
from core.text import fold

_LANGUAGES = (
    "en de fr cs sk pl hu sl hr bg ro el it es pt ca eu gl nl da sv fi et lv lt mt ga lb nb nn is tr uk sr bs sq mk"
).split()
# ISO 3166-1 alpha-3 of Europe and around; CLDR has no names by these.
_ALPHA_3 = """
    ALB AL AND AD AUT AT BEL BE BGR BG BIH BA BLR BY CHE CH CYP CY CZE CZ DEU DE DNK DK ESP ES EST EE FIN FI FRA FR
    GBR GB GEO GE GRC GR HRV HR HUN HU IRL IE ISL IS ITA IT LIE LI LTU LT LUX LU LVA LV MDA MD MKD MK MLT MT MNE ME
    NLD NL NOR NO POL PL PRT PT ROU RO SRB RS SVK SK SVN SI SWE SE TUR TR UKR UA USA US
""".split()
# How people write them and CLDR does not.
_USUAL = {
    "CZ": "Czech Republic|The Czech Republic|Česká republika|Tschechische Republik|République tchèque|Tschechei|ČR",
    "NL": "The Netherlands|Holland|Hollande|Pays Bas|Nizozemí",
    "GB": "Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|Grande Bretagne|Velká Británie|"
    "United Kingdom of Great Britain and Northern Ireland|U K",
    "SK": "Slovak Republic|Slowakische Republik|République slovaque|Slovenská republika|SR",
    "IE": "Republic of Ireland|Eire|Irish Republic",
    "DE": "Federal Republic of Germany|Bundesrepublik Deutschland|BRD|Spolková republika Německo",
    "FR": "French Republic|République française",
    "GR": "Hellas|Hellenic Republic",
    "TR": "Turkey|Türkiye|Turkiye",
    "MK": "Macedonia|FYROM|North Macedonia|FYR Macedonia",
    "BA": "Bosnia|Bosnia Herzegovina|Bosna i Hercegovina",
    "PT": "Portuguese Republic",
    "LU": "Grand Duchy of Luxembourg|Luxemburg",
    "CH": "Swiss Confederation|Schweizerische Eidgenossenschaft",
    "US": "USA|U S A|United States of America|America",
    "MD": "Republic of Moldova|Moldova",
    "RU": "Russian Federation",
    "XK": "Kosovo",
}


@cache
def _cldr() -> dict[str, str]:
    """Folded name → code. Straight from babel's files: through babel.Locale the whole data of forty languages would
    stay in memory (about 100 MB) for the sake of their country names."""
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        with open(localedata.resolve_locale_filename(language), "rb") as file:
            territories = pickle.load(file)["territories"]  # noqa: S301 - a file of the installed package
        for code, name in territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold(name), code)
    return names


class Countries:
    """Looks names up; reads the tables of the portal once, when it is made."""

    def __init__(self) -> None:
        self.by_code = {country.code: country for country in Country.objects.all()}
        self._known: dict[str, str] = {}
        for country in self.by_code.values():
            self._known[fold(country.name)] = self._known[country.code.lower()] = country.code
            self._known[country.nuts_code.lower()] = country.code
        self._known |= {three.lower(): two for three, two in zip(_ALPHA_3[::2], _ALPHA_3[1::2], strict=True)}
        self._known |= {fold(name): code for code, names in _USUAL.items() for name in names.split("|")}
        self._known |= dict(CountryAlias.objects.values_list("key", "country_id"))

    def find(self, text: str) -> Country | None:
        key = fold(text)
        code = self._known.get(key)
        if code is None:
            code = self._known[key] = _cldr().get(key, "")
        return self.by_code.get(code)
