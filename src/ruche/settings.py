"""The settings of the product: embedded by default, tuned by RUCHE_* variables and DATABASE_URL.

Every setting that an installer may change is read here and listed in docs/exploitation.md.
"""

import secrets
from pathlib import Path

import dj_database_url

from ruche.environment import BadEnvironment, Environment

env = Environment()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.text("VAR", str(BASE_DIR / "var")))
"""Where the instance writes: database, collected static files, booklets, secret key."""

CI = env.flag("CI")
"""Read by the tests: a missing chromium or PostgreSQL is then a failure, not a skip."""


def _secret_key() -> str:
    """The key of the environment, or one drawn at the first start and kept beside the database."""
    if key := env.text("SECRET_KEY"):
        return key
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


def _database() -> dict[str, object]:
    url = f"sqlite:///{VAR_DIR / 'ruche.sqlite3'}"
    database = dict(dj_database_url.config(default=url, conn_max_age=60))
    engine = str(database["ENGINE"])
    if engine.endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN, never fails halfway
            "timeout": 5,  # seconds that a writer waits for another
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    elif not engine.endswith("postgresql"):
        raise BadEnvironment("DATABASE_URL : seuls sqlite:// et postgres:// sont connus.")
    return database


DEBUG = env.flag("DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.names("HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = env.flag("HTTPS")
"""True behind a TLS proxy: cookies become secure, and browsers remember to use https."""

CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

NETWORK_DEPARTEMENT = env.text("DEPARTEMENT", "32")
"""The département of the network: its intercommunalités are the ones that the home page shows."""

CONTENT_DIR = Path(env.text("CONTENT", str(BASE_DIR / "src/ruche/public/content")))
"""The words that the network writes about itself (docs/guide/contenu.md)."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "ruche.core",
    "ruche.geography",
    "ruche.territories",
    "ruche.public",
]

MIDDLEWARE = [
    "ruche.core.middleware.LocalhostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ruche.core.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ruche.core.middleware.ReadOnlyMiddleware",
]

ROOT_URLCONF = "ruche.urls"
WSGI_APPLICATION = "ruche.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "ruche.core.context_processors.site",
            ],
            "builtins": ["ruche.core.templatetags.french", "ruche.core.templatetags.ui"],
        },
    }
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr-fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "ruche.core.storage.HashedStorage"
    },
}

# What a page may load. Names follow Django 6, whose own middleware will replace ours.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SITE_NAME = "Gers Solidaire"
NAVIGATION = [
    ("Le réseau", "public:home"),
    ("Portraits de territoire", "territories:index"),
    ("Comparer", "territories:compare"),
    ("Indicateurs", "territories:indicators"),
    ("Méthode", "territories:method"),
]
"""Label and URL name of the main menu. `core` shows it and knows none of these pages."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

env.refuse_unknown()
