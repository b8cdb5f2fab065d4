"""The catalogues as shipped. Loading adds what is missing and leaves alone what the Office has changed since."""

from __future__ import annotations

from core.catalogues.models import ActivityType, Licence, MemberType, MemberTypeAlias, Theme
from core.text import fold

# code: (name, aliases by language). The partnership's own types; aliases are how rosters usually write them.
MEMBER_TYPES: dict[str, tuple[str, dict[str, list[str]]]] = {
    "IND-OEM": (
        "Vehicle manufacturer",
        {
            "en": [
                "OEM",
                "car maker",
                "vehicle maker",
                "automaker",
                "automobile manufacturer",
                "original equipment manufacturer",
            ],
            "de": ["Fahrzeughersteller", "Automobilhersteller", "Autohersteller"],
            "fr": ["constructeur automobile", "constructeur", "constructeur de véhicules"],
            "cs": ["výrobce vozidel", "výrobce automobilů", "automobilka"],
        },
    ),
    "IND-SUP": (
        "Supplier",
        {
            "en": [
                "automotive supplier",
                "tier 1",
                "tier 1 supplier",
                "tier 2",
                "component manufacturer",
                "parts supplier",
            ],
            "de": ["Zulieferer", "Automobilzulieferer", "Lieferant"],
            "fr": ["équipementier", "fournisseur", "sous-traitant"],
            "cs": ["dodavatel", "dodavatel automobilového průmyslu"],
        },
    ),
    "IND-SME": (
        "Small or medium enterprise",
        {
            "en": ["SME", "SMEs", "small and medium enterprise", "small business"],
            "de": ["KMU", "kleines oder mittleres Unternehmen", "Mittelstand"],
            "fr": ["PME", "petite ou moyenne entreprise"],
            "cs": ["malý nebo střední podnik", "MSP"],
        },
    ),
    "IND-AFT": (
        "After-market",
        {
            "en": [
                "aftermarket",
                "after market",
                "repair and maintenance",
                "dealer",
                "dealership",
                "workshop",
                "garage",
                "sales and after-sales",
            ],
            "de": ["Werkstatt", "Kfz-Betrieb", "Autohaus", "Händler"],
            "fr": ["après-vente", "garagiste", "concessionnaire", "réparation automobile"],
            "cs": ["autoservis", "prodejce", "poprodejní služby"],
        },
    ),
    "EDU-HE": (
        "Higher education",
        {
            "en": [
                "university",
                "higher education institution",
                "HEI",
                "university of applied sciences",
                "technical university",
            ],
            "de": ["Hochschule", "Universität", "Fachhochschule"],
            "fr": ["université", "enseignement supérieur", "école d'ingénieurs"],
            "cs": ["vysoká škola", "univerzita"],
        },
    ),
    "EDU-VET": (
        "Vocational training",
        {
            "en": ["VET", "VET provider", "vocational school", "vocational education and training", "training centre"],
            "de": ["Berufsschule", "Berufsbildung", "Berufsbildungszentrum"],
            "fr": ["formation professionnelle", "lycée professionnel", "CFA"],
            "cs": ["střední odborná škola", "odborné vzdělávání", "učiliště"],
        },
    ),
    "EDU-PRIV": (
        "Private training",
        {
            "en": [
                "private training provider",
                "training company",
                "training provider",
                "academy",
                "e-learning provider",
            ],
            "de": ["Weiterbildungsanbieter", "privater Bildungsträger", "Bildungsträger"],
            "fr": ["organisme de formation", "centre de formation privé"],
            "cs": ["soukromý vzdělavatel", "vzdělávací agentura"],
        },
    ),
    "SOC-EMP": (
        "Employers' organisation",
        {
            "en": [
                "employers organisation",
                "employers association",
                "employer organisation",
                "industry association",
                "trade association",
                "industry federation",
            ],
            "de": ["Arbeitgeberverband", "Industrieverband", "Branchenverband"],
            "fr": ["organisation patronale", "fédération professionnelle", "organisation d'employeurs"],
            "cs": ["svaz zaměstnavatelů", "oborový svaz", "organizace zaměstnavatelů"],
        },
    ),
    "SOC-TU": (
        "Trade union",
        {
            "en": ["union", "labour union", "workers organisation", "trade unions"],
            "de": ["Gewerkschaft", "Gewerkschaften"],
            "fr": ["syndicat", "syndicat de salariés"],
            "cs": ["odbory", "odborový svaz"],
        },
    ),
    "REG": (
        "Region or public authority",
        {
            "en": [
                "region",
                "public authority",
                "regional authority",
                "city",
                "municipality",
                "regional government",
                "ministry",
                "public body",
            ],
            "de": ["Behörde", "Regionalbehörde", "Stadt", "Land", "Ministerium"],
            "fr": ["région", "autorité publique", "collectivité", "conseil régional", "ministère"],
            "cs": ["kraj", "veřejná správa", "město", "ministerstvo"],
        },
    ),
    "NET": (
        "Cluster or network",
        {
            "en": ["cluster", "network", "umbrella organisation", "association of clusters", "competence network"],
            "de": ["Netzwerk", "Verbund", "Clusterinitiative"],
            "fr": ["réseau", "pôle de compétitivité", "grappe"],
            "cs": ["klastr", "síť"],
        },
    ),
    "RES": (
        "Research",
        {
            "en": ["research organisation", "research institute", "research centre", "RTO", "think tank"],
            "de": ["Forschung", "Forschungseinrichtung", "Forschungsinstitut"],
            "fr": ["recherche", "institut de recherche", "centre de recherche"],
            "cs": ["výzkum", "výzkumná organizace", "výzkumný ústav"],
        },
    ),
    "OTH": (
        "Other",
        {
            "en": ["others", "NGO", "non-governmental organisation", "consultancy", "other organisation"],
            "de": ["Sonstige", "Andere", "Sonstiges"],
            "fr": ["autre", "autres"],
            "cs": ["jiné", "ostatní", "jiný"],
        },
    ),
}

# committee code: (theme code, name), DOMAIN of the four Topic Committees
THEMES: dict[str, list[tuple[str, str]]] = {
    "TECH": [
        ("TECH-REPAIR", "Repair and Maintenance"),
        ("TECH-BATTERIES", "Batteries"),
        ("TECH-HYDROGEN", "Hydrogen"),
        ("TECH-DIGITAL", "Digitalisation"),
        ("TECH-PACKAGING", "Electronics Packaging"),
        ("TECH-SOFTWARE", "Software/System Development"),
        ("TECH-LCA", "Life Cycle Assessment (LCA)"),
        ("TECH-FOOTPRINT", "Environmental Footprint"),
    ],
    "EDU": [
        ("EDU-PROGRAMMES", "Programmes and training"),
        ("EDU-INITIAL", "Initial learning"),
        ("EDU-LIFELONG", "Life-long learning"),
    ],
    "SOC": [
        ("SOC-DIVERSITY", "Diversity"),
        ("SOC-ATTRACTIVENESS", "Attractiveness"),
        ("SOC-INCLUSION", "Inclusion and engagement"),
    ],
    "REG": [
        ("REG-COLLABORATION", "Regional collaboration"),
        ("REG-IMPLEMENTATION", "Effective implementation"),
    ],
}

# The portal's own list: what groups of the partnership do. Not an official list of the method.
ACTIVITY_TYPES: list[tuple[str, str, str]] = [
    (
        "INTELLIGENCE",
        "Skills intelligence",
        "Find out which skills are needed and offered: surveys, forecasts, sector reports.",
    ),
    (
        "JOB-ROLES",
        "Job roles and skills definition",
        "Describe job roles and the skills they ask for, ready for training and recognition.",
    ),
    ("TRAINING", "Training offer", "Develop, pilot and share courses, curricula and learning material."),
    ("POLICY", "Best practices and policy recommendations", "Collect what works and advise those who decide."),
    (
        "REGIONAL",
        "Regional implementation",
        "Bring results to work in a region, with its employers, schools and authorities.",
    ),
    (
        "RECOGNITION",
        "Micro-credentials and recognition",
        "Make learning count: certificates, micro-credentials, mutual recognition.",
    ),
    (
        "OUTREACH",
        "Attractiveness and outreach",
        "Show people what work in the sector offers and open its doors to more of them.",
    ),
]


# What others may do with an output: the code of SPDX where there is one, the name, and where the terms stand.
_CC = "https://creativecommons.org/"
LICENCES: list[tuple[str, str, str]] = [
    ("CC-BY-4.0", "CC BY 4.0: use and change it, naming the authors", f"{_CC}licenses/by/4.0/"),
    ("CC-BY-SA-4.0", "CC BY-SA 4.0: the same, and share it on the same terms", f"{_CC}licenses/by-sa/4.0/"),
    ("CC-BY-NC-4.0", "CC BY-NC 4.0: use and change it, not for business", f"{_CC}licenses/by-nc/4.0/"),
    ("CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0: not for business, on the same terms", f"{_CC}licenses/by-nc-sa/4.0/"),
    ("CC-BY-ND-4.0", "CC BY-ND 4.0: pass it on unchanged", f"{_CC}licenses/by-nd/4.0/"),
    ("CC0-1.0", "CC0 1.0: in the public domain", f"{_CC}publicdomain/zero/1.0/"),
    ("EUPL-1.2", "EUPL 1.2: software, under the European Union Public Licence", "https://eupl.eu/1.2/en/"),
    ("ALL-RIGHTS", "All rights reserved: ask before you use it", ""),
]


def load_member_types() -> int:
    for order, (code, (name, aliases)) in enumerate(MEMBER_TYPES.items()):
        kind, _made = MemberType.objects.get_or_create(code=code, defaults={"name": name, "order": order})
        spellings = [(name, "en"), (code, "")] + [(word, lang) for lang, words in aliases.items() for word in words]
        known = set(MemberTypeAlias.objects.values_list("key", flat=True))
        fresh = {
            fold(word): MemberTypeAlias(member_type=kind, name=word, key=fold(word), language=lang)
            for word, lang in reversed(spellings)
            if fold(word) not in known
        }
        MemberTypeAlias.objects.bulk_create(fresh.values())
    return MemberType.objects.count()


def load_themes() -> int:
    for committee, themes in THEMES.items():
        for order, (code, name) in enumerate(themes):
            Theme.objects.get_or_create(code=code, defaults={"committee_code": committee, "name": name, "order": order})
    return Theme.objects.count()


def load_activity_types() -> int:
    for order, (code, name, description) in enumerate(ACTIVITY_TYPES):
        if not ActivityType.objects.filter(code=code).exists():
            ActivityType.objects.create(code=code, name=name, description=description, order=order)
    return ActivityType.objects.count()


def load_licences() -> int:
    for order, (code, name, url) in enumerate(LICENCES):
        Licence.objects.get_or_create(code=code, defaults={"name": name, "url": url, "order": order})
    return Licence.objects.count()
