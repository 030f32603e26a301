"""The settings of the tests: memory where it can be, nothing hashed, everything strict."""

import os

os.environ.setdefault("RUCHE_SECRET_KEY", "only-for-the-tests")

from ruche.settings import *  # noqa: F403 - the tests change a few of the product's settings

DEBUG = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
Q_CLUSTER = {**Q_CLUSTER, "sync": True}  # noqa: F405 - of the product's settings
DEMO = True
