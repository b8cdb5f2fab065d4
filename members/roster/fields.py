"""The fields of a roster, and how people call their columns in English, German, French and Czech."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.headers import Field


def called(headers: str) -> tuple[str, ...]:
    """Header texts, one after the other: those in English, then German, French and Czech."""
    return tuple(headers.split("; "))


FIELDS: tuple[Field, ...] = (
    Field("code", _("Portal code"), called("organisation code; member code; ORG code"), hint="ORG-00042"),
    Field(
        "legal_name",
        _("Legal name"),
        called(
            "name; organisation; organization; organisation name; organization name; name of organisation; "
            "institution; institution name; company; company name; member; member name; partner; partner name; "
            "full name; official name; university; entity; Firma; Firmenname; Organisationsname; "
            "Name der Organisation; Einrichtung; Unternehmen; Mitglied; Bezeichnung; offizieller Name; nom; "
            "raison sociale; dénomination; dénomination sociale; nom de l'organisation; établissement; "
            "entreprise; membre; název; jméno; název organizace; organizace; společnost; obchodní firma; "
            "instituce; člen"
        ),
        required=True,
    ),
    Field(
        "short_name",
        _("Short name"),
        called(
            "acronym; abbreviation; short; Kurzname; Kurzbezeichnung; Abkürzung; sigle; acronyme; nom abrégé; "
            "nom court; zkratka; krátký název; zkrácený název"
        ),
    ),
    Field(
        "other_names",
        _("Names in other languages"),
        called("other names; translated name; weitere Namen; autres noms; další názvy"),
        hint="de: Beispielwerke; fr: Ateliers Exemple",
    ),
    Field(
        "aliases",
        _("Also known as"),
        called("alias; aliases; former name; former names; früherer Name; ancien nom; dřívější název"),
        hint="Old Works; Works & Sons",
    ),
    Field(
        "member_type",
        _("Member type"),
        called(
            "type; category; type of organisation; type of organization; organisation type; organization type; "
            "stakeholder type; kind; Typ; Mitgliedstyp; Art; Kategorie; Art der Organisation; Organisationstyp; "
            "catégorie; type de membre; type d'organisation; typ člena; druh; kategorie; typ organizace"
        ),
    ),
    Field(
        "country",
        _("Country"),
        called(
            "country name; country code; state; nation; iso country; Land; Staat; Länderkürzel; Ländercode; "
            "pays; code pays; země; stát; kód země"
        ),
        required=True,
    ),
    Field(
        "region",
        _("NUTS region"),
        called(
            "region; nuts; nuts code; nuts2; nuts 2; nuts 3; Bundesland; NUTS-Region; région; kraj; region nuts; "
            "state province"
        ),
    ),
    Field(
        "address",
        _("Address"),
        called("postal address; street; seat; headquarters; Adresse; Anschrift; Sitz; siège; adresa; sídlo"),
    ),
    Field(
        "website",
        _("Website"),
        called(
            "web; url; web site; web page; homepage; home page; internet; www; Webseite; Internetseite; "
            "Internetadresse; site web; site internet; webová stránka; webové stránky; stránky"
        ),
    ),
    Field(
        "email_domain",
        _("E-mail domain"),
        called(
            "domain; mail domain; email domain; E-Mail-Domain; Domäne; domaine; domaine e-mail; doména; "
            "e-mailová doména"
        ),
    ),
    Field(
        "vat",
        _("VAT number"),
        called(
            "vat; vat no; vat id; vat nr; tax number; USt-IdNr; USt-ID; UID; Umsatzsteuer-ID; "
            "Umsatzsteuer-Identifikationsnummer; TVA; n° TVA; numéro de TVA; TVA intracommunautaire; DIČ"
        ),
    ),
    Field("pic", _("PIC"), called("pic number; pic code; participant identification code; PIC-Nummer; kód PIC")),
    Field(
        "oid",
        _("Erasmus+ OID"),
        called("oid; oid number; erasmus oid; organisation id; organisation identifier; OID-Nummer"),
    ),
    Field(
        "national_id",
        _("National registration number"),
        called(
            "registration number; national id; company number; register number; Handelsregisternummer; HRB; "
            "Registernummer; SIREN; SIRET; numéro d'immatriculation; IČO; IČ; KRS; registrační číslo"
        ),
    ),
    Field(
        "nace",
        _("NACE codes"),
        called("nace; nace code; nace rev 2; industry code; NACE-Code; code NACE; kód NACE; CZ-NACE"),
        hint="29.32; 45.2",
    ),
    Field(
        "size_class",
        _("Size"),
        called(
            "size class; company size; organisation size; Größe; Größenklasse; Unternehmensgröße; taille; "
            "taille de l'entreprise; velikost; velikost podniku"
        ),
    ),
    Field(
        "segments",
        _("Value-chain segments"),
        called("segment; value chain; value chain segment; Wertschöpfungsstufe; segment de la chaîne; segmenty"),
        hint="software; education",
    ),
    Field(
        "description",
        _("What it does"),
        called("description; about; activities; profile; Beschreibung; Tätigkeit; activité; popis; činnost"),
    ),
)
# Of an organisation too, but kept in tables of their own.
RELATED: tuple[Field, ...] = (
    Field(
        "workforce",
        _("Automotive workforce"),
        called(
            "workforce; declared workforce; employees; number of employees; headcount; staff; Beschäftigte; "
            "Anzahl der Beschäftigten; Mitarbeiter; Mitarbeiterzahl; effectif; effectifs; salariés; "
            "nombre de salariés; zaměstnanci; počet zaměstnanců"
        ),
        hint="2024: 1200 (annual report); 2025: 1250",
    ),
    Field(
        "represents",
        _("Represents"),
        called("represented organisations; member organisations; vertritt; représente; zastupuje"),
        hint="ORG-00042; Works & Sons (CZ)",
    ),
    Field(
        "member_since",
        _("Member since"),
        called(
            "membership since; joined; joined on; date of joining; Mitglied seit; Beitritt; Beitrittsdatum; "
            "membre depuis; date d'adhésion; člen od; datum vstupu"
        ),
        hint="2024-03-31",
    ),
)
# People in the roster: kept with the import alone, for the Office to invite them.
CONTACTS: tuple[Field, ...] = (
    Field(
        "contact_name",
        _("Contact person"),
        called(
            "contact; contact name; name of contact; representative; Ansprechpartner; Ansprechperson; "
            "Kontaktperson; interlocuteur; personne de contact; nom du contact; kontaktní osoba; zástupce"
        ),
    ),
    Field(
        "contact_email",
        _("E-mail of the contact"),
        called(
            "email; e-mail; e-mail address; contact e-mail; mail; E-Mail-Adresse; Kontakt-E-Mail; courriel; "
            "adresse e-mail; kontaktní e-mail"
        ),
    ),
    Field(
        "contact_role",
        _("Role of the contact"),
        called("role; contact role; Rolle; Funktion; rôle; fonction; role kontaktu"),
        hint="primary contact, KPI reporter, delegate or alternate",
    ),
)
CONTACT = "contact_email"  # a row with it names a person
COLUMNS = tuple(field.name for field in FIELDS)  # columns of an organisation: what is compared and written there
EXPORTED = COLUMNS + tuple(field.name for field in RELATED)
FIELDS += RELATED + CONTACTS
LABELS = {field.name: field.label for field in FIELDS}
IDENTIFIERS = ("pic", "vat", "oid", "national_id")
