"""The settings of the product: embedded by default, tuned by RUCHE_* variables and DATABASE_URL.

Every setting that an installer may change is read here and listed in docs/exploitation.md.
"""

import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

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


def _email() -> dict[str, object]:
    """`smtp://user:password@host:587` (STARTTLS), `smtps://…:465`; a folder when none is given."""
    url = urlsplit(env.text("SMTP"))
    if not url.scheme:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise BadEnvironment("RUCHE_SMTP : écrivez smtp://utilisateur:secret@serveur:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp" and url.hostname not in {"localhost", "127.0.0.1"},
        "EMAIL_TIMEOUT": 20,
    }


def _database() -> dict[str, object]:
    url = f"sqlite:///{VAR_DIR / 'ruche.sqlite3'}"
    database = dict(dj_database_url.config(default=url, conn_max_age=60))
    engine = str(database["ENGINE"])
    if engine.endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN, never fails halfway
            "timeout": 20,  # seconds that a writer waits for another
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA secure_delete=ON;",
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

MAP_TILES = env.text(
    "TUILES",
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
)
"""The background of the map that moves: asked of another site, and only on demand."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "leaflet",  # its static files alone
    "corsheaders",
    "ruche.accounts",  # before allauth: its templates come first
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_q",
    "ruche.core",
    "ruche.geography",
    "ruche.journal",
    "ruche.vault",
    "ruche.places",
    "ruche.territories",
    "ruche.seances",
    "ruche.tallies",
    "ruche.planning",
    "ruche.people",
    "ruche.encounters",
    "ruche.health",
    "ruche.rights",
    "ruche.capture",
    "ruche.desk",
    "ruche.public",
    "ruche.api",
]

MIDDLEWARE = [
    "ruche.core.middleware.LocalhostMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ruche.core.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ruche.core.middleware.ReadOnlyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
                "ruche.accounts.context_processors.member",
                "ruche.core.context_processors.parts",
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

# Members. Nobody signs up alone: one comes in by a link (ruche.accounts).
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ruche.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the link of the invitation has proved the address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # sudo mode
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "ruche.accounts.login_forms.LoginForm",
    "reauthenticate": "ruche.accounts.login_forms.ReauthenticateForm",
}
MFA_ADAPTER = "ruche.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {"add_webauthn": "ruche.accounts.passkeys.AddPasskeyForm"}
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Rate limits are shared by every process of this computer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}

# E-mails go to a folder that the demo shows, until a server is given.
globals().update(_email())
EMAIL_FILE_PATH = VAR_DIR / "courriels"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Ruche <ne-pas-repondre@localhost>")
SITE_URL = env.text("SITE_URL", "http://localhost:8000")
"""Where links in e-mails lead, when no request tells it."""

DEMO = env.flag("DEMO")
"""True for the demo world: its members sign in with known passwords, its e-mails can be read."""

Q_CLUSTER = {
    "name": "ruche",
    "orm": "default",
    "workers": 1,
    "timeout": 300,
    "retry": 360,
    "max_attempts": 3,
    "catch_up": True,  # a run that was missed is made up for
    "poll": 2,
    "save_limit": 500,
    "label": "tâches",
}

MEDIA_ROOT = VAR_DIR / "media"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("ruche/vault/data", BASE_DIR / "src/ruche/engines/vault/data")]
"""The words that the engine and the browsers read: one list for both."""

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

# Open data may be read by the pages of any site, without cookies; nothing else may.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Link"]

SITE_NAME = "Gers Solidaire"
NAVIGATION = [
    ("Le réseau", "public:home"),
    ("Où et quand", "public:entrance"),
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
    "loggers": {"django-q": {"level": "WARNING"}},  # it tells each start of each process
}

env.refuse_unknown()
