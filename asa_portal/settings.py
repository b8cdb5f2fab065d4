"""All settings, from the environment. Nothing set means: the embedded portal, on SQLite, under PORTAL_HOME."""

import os
import secrets
from datetime import time
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.str("PORTAL_HOME", "") or BASE_DIR / "var").expanduser().resolve()
HOME.mkdir(parents=True, exist_ok=True)

PRODUCTION = env.bool("PORTAL_PRODUCTION", False)
# Demo mode: fictional data, accounts with a known password, a banner on every page. Off in production.
DEMO = env.bool("PORTAL_DEMO", not PRODUCTION)
DEMO_DOMAIN = "demo.test"  # of the accounts with the known password; outside of demo mode they cannot sign in
DEBUG = env.bool("DEBUG", False)


def _own_secret() -> str:
    """The embedded portal keeps a key of its own; two first starts at once agree on one."""
    path = HOME / "secret_key"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secret := secrets.token_urlsafe(64))
    return secret


SECRET_KEY = env.str("SECRET_KEY", "") or ("" if PRODUCTION else _own_secret())
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("In production SECRET_KEY must be set, with at least 50 random characters.")

PORT = env.int("PORT", 8000)
PORTAL_URL = env.str("PORTAL_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PORTAL_URL] if PRODUCTION else [])

OWN_APPS = ["core", "core.imports", "members", "committees", "groups", "projects", "kpis"]
OWN_APPS += [f"asa_portal.{part}" for part in ("news", "pages", "search", "reference", "demo", "running")]
DJANGO_APPS = [
    f"django.contrib.{part}"
    for part in ("admin", "auth", "contenttypes", "humanize", "messages", "sessions", "sitemaps")
]
# Before django.contrib.staticfiles: its runserver would serve them itself.
DJANGO_APPS += ["whitenoise.runserver_nostatic", "django.contrib.staticfiles", "django.forms"]
IDENTITY_APPS = ["allauth", "guardian", "rules"]
IDENTITY_APPS += [f"allauth.{part}" for part in ("account", "mfa", "socialaccount", "usersessions")]
IDENTITY_APPS += ["allauth.socialaccount.providers.openid_connect"]
OTHER_APPS = ["csp", "django_filters", "django_htmx", "import_export", "simple_history"]
INSTALLED_APPS = [*OWN_APPS, *DJANGO_APPS, *IDENTITY_APPS, *OTHER_APPS]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "core.damaged.no_nul",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.unsent.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "members.middleware.ActingForMiddleware",
    "asa_portal.pages.middleware.WaitingNumberMiddleware",
    "core.caching.visitors_may_keep",
]

ROOT_URLCONF = "asa_portal.urls"
WSGI_APPLICATION = "asa_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.portal",
                "asa_portal.pages.context_processors.waiting_number",
            ],
            "builtins": [
                *(f"django.templatetags.{part}" for part in ("i18n", "static")),
                *(f"core.templatetags.{part}" for part in ("portal", "public")),
            ],
        },
    }
]
FORM_RENDERER = "core.rendering.PortalFormRenderer"

# -- Data ------------------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "")
DATABASES = {
    "default": env.db_url_config(DATABASE_URL)
    if DATABASE_URL
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(HOME / "portal.sqlite3")}
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Immediate: a transaction that reads and then writes waits for its turn, instead of failing half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
REDIS_CACHE = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
FILE_CACHE = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}
FILE_CACHE["OPTIONS"] = {"MAX_ENTRIES": 100_000}  # the default of 300 would drop the heartbeat of running jobs
CACHES = {"default": REDIS_CACHE if REDIS_URL else FILE_CACHE}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "uploads"  # never served by address: each file goes through a page that checks the right to it
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(HOME / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MAX_AGE = 3600
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", 50)
DOCUMENT_MAX_MB = env.int("DOCUMENT_MAX_MB", 25)
# A request a little above the limit still reaches the form, which then says so; far above it is cut off unread.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600

# -- Background work -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
# Who publishes while Redis is away finds out at once, instead of making a person wait.
REDIS_BROKER = {"visibility_timeout": 3600, "socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0}
FOLDER_BROKER: dict[str, object] = dict.fromkeys(("data_folder_in", "data_folder_out"), str(HOME / "broker"))
FOLDER_BROKER |= {"control_folder": str(HOME / "broker-control"), "store_processed": False, "polling_interval": 0.25}
CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_BROKER if REDIS_URL else FOLDER_BROKER
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", 2)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_TIMEZONE = "Europe/Brussels"
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", 30)  # silent for so long, a running job is taken over

# -- Identity --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "core.permissions.RulesBackend",
    "core.grants.GrantBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:me"
CSRF_FAILURE_VIEW = "core.unsent.csrf_failure"
GUARDIAN_RAISE_403 = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend knows no last day of a grant; ours does
ANONYMOUS_USER_NAME = None  # guardian: no row stands for a visitor
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "members.forms.signup.InvitedSignupForm"}
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one replaces it once it is proven
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PORTAL_URL.partition(":")[0]
# Beside allauth's own limits (sign-in, password reset …): invitations sent, applications made, e-mails stopped (many
# people's mail programs come from the few addresses of their provider).
ACCOUNT_RATE_LIMITS = {"invite": "30/h/user", "apply": "10/h/ip", "unsubscribe": "120/m/ip"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the owner hears of a new password, address or second factor
SOCIALACCOUNT_ADAPTER = "members.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # the first sign-in asks whether the privacy notice was read
SOCIALACCOUNT_FORMS = {"signup": "members.forms.signup.ProvidedSignupForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # of addresses that both sides have proven: members/adapters.py
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_ADAPTER = "members.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # passkeys on http://127.0.0.1
MFA_TOTP_ISSUER = "ASA portal"
MFA_REQUIRED_FOR_OFFICE = env.bool("MFA_REQUIRED_FOR_OFFICE", PRODUCTION and not DEMO)
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row for each page that somebody opens
PASSWORD_RULES = {
    "UserAttributeSimilarity": {"user_attributes": ("email", "name")},
    "MinimumLength": {"min_length": 10},
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": PASSWORD_RULES.get(name, {})}
    for name in (*PASSWORD_RULES, "CommonPassword", "NumericPassword")
]
# Any OpenID Connect provider: OIDC_ISSUER=https://…  OIDC_CLIENT_ID=…  OIDC_CLIENT_SECRET=…  OIDC_NAME="Sign in with …"
OIDC_ISSUER = env.str("OIDC_ISSUER", "")
OIDC = {
    "provider_id": env.str("OIDC_ID", "sso"),
    "name": env.str("OIDC_NAME", "Single sign-on"),
    "client_id": env.str("OIDC_CLIENT_ID", ""),
    "secret": env.str("OIDC_CLIENT_SECRET", ""),
    "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC] if OIDC_ISSUER else []}}
INVITATION_DAYS = env.int("INVITATION_DAYS", 14)

# -- Figures shown to the public -------------------------------------------------------------------------------------
DISCLOSURE_MIN_PERSONS = env.int("DISCLOSURE_MIN_PERSONS", 5)
DISCLOSURE_MIN_CONTRIBUTORS = env.int("DISCLOSURE_MIN_CONTRIBUTORS", 3)
DISCLOSURE_MAX_SHARE = env.float("DISCLOSURE_MAX_SHARE", 0.85)  # of one contributor in a cell
DISCLOSURE_MARGIN = env.float("DISCLOSURE_MARGIN", 0.2)  # what a reader must not know better of a hidden number: ±10 %

# -- Rules of the partnership ------------------------------------------------------------------------------------------
GROUP_FOUNDERS_MIN = env.int("GROUP_FOUNDERS_MIN", 3)  # member organisations, the proposing one included
# Who has not reported is reminded so many days before a round closes (negative: after it); each round may differ.
KPI_REMINDER_DAYS = env.list("KPI_REMINDER_DAYS", cast=int, default=[14, 7, 1, -7])
# What is overdue: so many days after its day who does it is reminded, then the lead of the group, then the committee.
OVERDUE_REMINDER_DAYS = env.list("OVERDUE_REMINDER_DAYS", cast=int, default=[1, 7, 21])
REQUEST_DAYS = env.int("REQUEST_DAYS", 7)  # for an answer to a request to join, or to found a group together
GROUP_STALE_DAYS = env.int("GROUP_STALE_DAYS", 90)  # without news, and a group is marked
TASK_FORCE_MAX_MONTHS = env.int("TASK_FORCE_MAX_MONTHS", 24)
PROCEDURE_DAYS = env.int("PROCEDURE_DAYS", 10)  # that a committee has at least in a written procedure

# -- How long what is kept, in days; 0: for ever ---------------------------------------------------------------------
RETENTION_INACTIVE_ACCOUNT_DAYS = env.int("RETENTION_INACTIVE_ACCOUNT_DAYS", 730)
RETENTION_ANNOUNCE_DAYS = env.int("RETENTION_ANNOUNCE_DAYS", 30)  # before an account goes, its owner is told
RETENTION_NOTICE_DAYS = env.int("RETENTION_NOTICE_DAYS", 14)  # before anything else goes, the Office is told
RETENTION_IMPORT_DAYS = env.int("RETENTION_IMPORT_DAYS", 365)
RETENTION_APPLICATION_DAYS = env.int("RETENTION_APPLICATION_DAYS", 180)
RETENTION_INVITATION_DAYS = env.int("RETENTION_INVITATION_DAYS", 90)
RETENTION_NOTIFICATION_DAYS = env.int("RETENTION_NOTIFICATION_DAYS", 365)
RETENTION_LETTER_DAYS = env.int("RETENTION_LETTER_DAYS", 90)
RETENTION_MERGE_DAYS = env.int("RETENTION_MERGE_DAYS", 60)  # not below 30, within which a merge can be undone
RETENTION_EVIDENCE_DAYS = env.int("RETENTION_EVIDENCE_DAYS", 3650)
RETENTION_DOCUMENT_DAYS = env.int("RETENTION_DOCUMENT_DAYS", 1825)  # the files of withdrawn documents
RETENTION_DISCUSSION_DAYS = env.int("RETENTION_DISCUSSION_DAYS", 1825)
RETENTION_SESSION_DAYS = env.int("RETENTION_SESSION_DAYS", 30)

# -- Mail ------------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / "mail")
EMAIL_TIMEOUT = 20
DIGEST_AT = time.fromisoformat(env.str("DIGEST_AT", "07:00"))  # in Brussels; the weekly one comes on Mondays
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "ASA portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where people reach the ASA Office: on the imprint and the accessibility statement.
OFFICE_EMAIL = env.str("OFFICE_EMAIL", "office@demo.test" if DEMO else "")
OFFICE_ADDRESS = env.str("OFFICE_ADDRESS", "").replace("\\n", "\n")

# -- Browser ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        # A form that ends at the provider's own page is a redirect that browsers check against this list.
        "form-action": [SELF, *(["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# Whoever can reach the portal directly could write these headers, so they are believed only where this is said.
if BEHIND_PROXY := env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours a request passes: without it rate limits would take all visitors for one.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if BEHIND_PROXY else 0)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = "asa_portal.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    # A refusal or a wrong address is told to whoever asked; in the log it would be a stack trace each time.
    "loggers": {"portal": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
