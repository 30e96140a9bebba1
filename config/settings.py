"""Settings of the portal: one file; environments differ by variables only (see .env.example)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.limits import PORTAIL

BASE_DIR = Path(__file__).resolve().parent.parent

PROFILE = env.choice("PORTAIL_PROFILE", ("production", "demo", "test"), "production")
DEMO = PROFILE == "demo"
DEBUG = False

DATA_DIR = Path(env.text("PORTAIL_DATA", str(BASE_DIR / "var"))).resolve()
PUBLIC_URL = env.text("PORTAIL_PUBLIC_URL", "http://testserver" if PROFILE == "test" else None)
SECURE = urlsplit(PUBLIC_URL).scheme == "https"
HOSTNAME = urlsplit(PUBLIC_URL).hostname or ""
if PROFILE == "production" and not SECURE:
    raise ImproperlyConfigured("PORTAIL_PUBLIC_URL doit commencer par https:// hors démonstration.")
if DEMO and HOSTNAME not in ("127.0.0.1", "localhost", "::1"):
    raise ImproperlyConfigured(
        "La démonstration montre les courriels de tous : elle ne démarre que sur cette machine "
        "(PORTAIL_PUBLIC_URL=http://127.0.0.1:8000)."
    )

SECRET_KEY = "test" * 16 if PROFILE == "test" else env.secret("PORTAIL_SECRET_KEY")
ALLOWED_HOSTS = [HOSTNAME, "localhost"] if DEMO or PROFILE == "test" else [HOSTNAME]

# Where the seals of the journal are kept, outside the base
SEALS_DIR = Path(env.text("PORTAIL_SEALS_DIR", str(DATA_DIR / "sceaux")))
# The keys by which the files of allocataires are encrypted, never in the base
CDAP_KEYS_DIR = Path(env.text("PORTAIL_CDAP_KEYS_DIR", str(DATA_DIR / "cles")))
# Which Caf keeps its files in a system of its own: a TOML file; empty, the portal keeps them all
CDAP_SOURCES = env.text("PORTAIL_CDAP_SOURCES", "")
# Where clamd listens, for the files of proofs: unix:/path or tcp:host:port; empty, they are not analysed and say so
ANTIVIRUS = env.text("PORTAIL_ANTIVIRUS", "")
# Domains of mail addresses that no anomaly tells
MAIL_DOMAINS = env.text("PORTAIL_MAIL_DOMAINS", "").lower().split()
# What the law wants on the « Mentions légales » page
LEGAL = {
    "editeur": env.text("PORTAIL_EDITEUR", None if PROFILE == "production" else "Démonstration, sans éditeur réel"),
    "hebergeur": env.text("PORTAIL_HEBERGEUR", None if PROFILE == "production" else "Cette machine"),
}
ARGON2 = {
    "time_cost": env.integer("PORTAIL_ARGON2_PASSES", 2, at_least=1),
    "memory_cost": env.integer("PORTAIL_ARGON2_KIB", 19 * 1024, at_least=8),
    "parallelism": env.integer("PORTAIL_ARGON2_LANES", 1, at_least=1),
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
    "portail.ui",
    "portail.journal",
    "portail.courriels",
    "portail.comptes",
    "portail.conventions",
    "portail.habilitations",
    "portail.conventionnement",
    "portail.cdap",
    "portail.afas",
    "portail.bailleur",
    "portail.adonis",
    "portail.dgfip",
    "portail.aide",
    "portail.incidents",
    "portail.accueil",
    "portail.simulations",
    "portail.supervision",
    "portail.campagnes",
    "django.forms",  # after ours, whose templates of widgets come first
]
if PROFILE != "production":
    INSTALLED_APPS.append("portail.demo")

MIDDLEWARE = [
    "portail.journal.middleware.RequestContext",
    "portail.ui.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portail.ui.middleware.Probes",
    "portail.comptes.middleware.SessionLifetime",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portail.comptes.middleware.FirstAccess",
    "portail.habilitations.middleware.ActeurOnRequest",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portail.journal.middleware.Refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False

_LOADERS: list[object] = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                ["django.template.loaders.app_directories.Loader"],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": _LOADERS,
            "builtins": ["template_partials.templatetags.partials", "portail.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portail.accueil.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "portail.ui.forms.FormRenderer"

DATABASES = {"default": env.database("DATABASE_URL")}
# A page reads by slices nothing but the choices of a field: four trips to the base for twenty rows.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = os.environ.get("PORTAIL_PROCESS") == "web"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] |= {
    "application_name": "portail",
    "connect_timeout": 5,
    # Each connection plans a query once: half the time of a page is planning otherwise.
    "server_side_binding": True,
    "prepare_threshold": 2,
    "options": "-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s "
    "-c max_parallel_workers_per_gather=0 -c random_page_cost=1.1 -c jit=off"
    if os.environ.get("PORTAIL_PROCESS") == "web"
    else "-c lock_timeout=10s",
}
if os.environ.get("PORTAIL_PROCESS") == "web":
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 6, "timeout": 10}
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "portail_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = ["portail.comptes.adapters.Backend"]
PASSWORD_HASHERS = ["portail.comptes.adapters.Argon2id"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil:home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "portail.comptes.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "identifiant"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "courriel"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # ours are shared by all processes and spare known devices: comptes.actions.sign_in
ACCOUNT_LOGOUT_ON_GET = False

SESSION_ENGINE = "portail.comptes.adapters"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = PORTAIL["SESSION_SECONDS"]
_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
DEVICE_COOKIE_NAME = f"{_PREFIX}appareil"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = 2 * 365 * 86400 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PORTAIL["TRUSTED_PROXIES"] else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for Bootstrap's icons inside its own stylesheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

DEFAULT_FROM_EMAIL = env.text("PORTAIL_FROM", "Mon Compte Partenaire <ne-pas-repondre@example.fr>")
EMAIL_TIMEOUT = 10
if PROFILE == "production" or (DEMO and os.environ.get("SMTP_URL")):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(env.smtp("SMTP_URL"))
elif DEMO:
    EMAIL_BACKEND = "portail.demo.gateway.MailboxBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

LANGUAGE_CODE = "fr"
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True
DATE_FORMAT = "d/m/Y"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PROFILE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for our files
DJANGO_TABLES2_TEMPLATE = "ui/tables/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "config.logs.Line",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("PORTAIL_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},  # below, its lines hold the addresses asked for, and so numbers of files
    },
}
