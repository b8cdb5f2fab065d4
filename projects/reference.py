"""Four projects as shipped: facts with their sources, retold in the portal's own words."""

from __future__ import annotations

from datetime import date
from typing import Any

from projects.models import Project, ProjectSource

_ABOUT_ASA = (
    "Automotive Skills Alliance, about the alliance and its projects",
    "https://automotive-skills-alliance.eu/about-us/",
)

PROJECTS: list[dict[str, Any]] = [
    {
        "slug": "drives",
        "acronym": "DRIVES",
        "title": "Development and Research on Innovative Vocational Education Skills",
        "programme": "Erasmus+, Sector Skills Alliances",
        "blueprint": True,
        "grant_number": "591988-EPP-1-2017-1-CZ-EPPKA2-SSA-B",
        "starts": date(2018, 1, 1),
        "ends": date(2022, 3, 31),
        "precision": "month",
        "coordinator_name": "VSB – Technical University of Ostrava (VSB-TUO)",
        "partner_count": 24,
        "country_count": 11,
        "summary": "The Blueprint project of the automotive sector. It compared the skills that the sector needs with what "
        "education offers, worked on the recognition of training across borders, and developed training for job roles of "
        "the coming years. The alliance grew out of its network.",
        "results": ["intelligence", "roadmap", "job_roles", "recognition", "training"],
        "website": "https://www.project-drives.eu/",
        "sources": [
            ("Project website: partners, results", "https://www.project-drives.eu/EN/HOME"),
            (
                "ETRMA, on the project and its grant agreement",
                "http://www.etrma.org/activities/the-skills-challenge/drives",
            ),
            _ABOUT_ASA,
        ],
    },
    {
        "slug": "albatts",
        "acronym": "ALBATTS",
        "title": "Alliance for Batteries Technology, Training and Skills",
        "programme": "Erasmus+, Sector Skills Alliances",
        "blueprint": True,
        "starts": date(2019, 12, 1),
        "ends": date(2023, 11, 30),
        "precision": "month",
        "partner_count": 20,
        "country_count": 11,
        "summary": "The Blueprint project on batteries for electromobility. It set out what skills the growing battery value "
        "chain needs and what education offers, and supported the development of training for it.",
        "results": ["intelligence", "roadmap", "job_roles", "training"],
        "website": "https://www.project-albatts.eu/",
        "sources": [
            ("Project website: objectives", "https://www.project-albatts.eu/en/objectives"),
            (
                "University of Vaasa, on the period and the partnership",
                "https://www.uwasa.fi/en/research/projects/albatts-alliance-batteries-technology-training-and-skills",
            ),
            _ABOUT_ASA,
        ],
    },
    {
        "slug": "flamenco",
        "acronym": "FLAMENCO",
        "title": "Forward Looking Approaches to Green Mobility Ecosystem Network Collaboration",
        "programme": "Erasmus+",
        "blueprint": False,
        "starts": date(2023, 1, 1),
        "ends": date(2025, 12, 31),
        "precision": "year",
        "coordinator_name": "VSB – Technical University of Ostrava (VSB-TUO)",
        "summary": "Studied how organisations across Europe can work together on skills for mobility, and tried it out. The "
        "collaboration method that it arrived at is the ground of today's structure: four Topic Committees and, under "
        "them, working groups and task forces.",
        "results": ["good_practice"],
        "website": "https://project-flamenco.eu/",
        "sources": [
            ("Project website: news on the collaboration method", "https://project-flamenco.eu/news-and-events/"),
            (
                "Automotive Skills Alliance, activities of 2023",
                "https://automotive-skills-alliance.eu/a-glimpse-of-the-asas-activity-during-2023-and-a-look-towards-2024/",
            ),
        ],
    },
    {
        "slug": "trireme",
        "acronym": "TRIREME",
        "title": "Digital & Green Skills Towards Future of the Mobility Ecosystem",
        "programme": "Erasmus+, Alliances for Sectoral Cooperation on Skills",
        "blueprint": True,
        "starts": date(2024, 4, 1),
        "ends": date(2028, 3, 31),
        "precision": "month",
        "partner_count": 32,
        "summary": "Supports the skills partnership of the sector for four years: job roles and skills for digital and green "
        "change, training that reacts to them, their implementation in regions, and advice to those who decide.",
        "results": ["intelligence", "job_roles", "training", "good_practice"],
        "website": "https://project-trireme.eu/",
        "sources": [
            ("Project website: partnership meeting", "https://project-trireme.eu/en/viewnews/250414"),
            (
                "Region Stuttgart, on the project and its partners",
                "https://cars.region-stuttgart.de/aktuelles/news/kompetenz-und-qualifizierungsbedarf-auf-europaeischer-ebene",
            ),
        ],
    },
]


def load_projects() -> int:
    """Adds the shipped projects that are missing; what the Office changed since stays."""
    for facts in PROJECTS:
        fields = {key: value for key, value in facts.items() if key not in {"slug", "sources"}}
        project, made = Project.objects.get_or_create(slug=facts["slug"], defaults=fields)
        if made:
            ProjectSource.objects.bulk_create(
                ProjectSource(project=project, label=label, url=url) for label, url in facts["sources"]
            )
    return Project.objects.count()
