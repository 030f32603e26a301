"""The entry point of a web server (gunicorn ruche.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruche.settings")

application = get_wsgi_application()
