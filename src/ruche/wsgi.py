"""The entry point of a web server (gunicorn ruche.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruche.settings")

application = get_wsgi_application()

from ruche.core.warming import warm_up  # noqa: E402 - apps must have said what they want

warm_up()
