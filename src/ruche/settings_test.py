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
