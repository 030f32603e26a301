"""Hashed static files: a page never meets yesterday's style sheet."""

from typing import ClassVar

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own patterns for `import … from "./other.js"`. Turned on for the whole site they also
# read the third-party sources of other packages, and stumble; we ask for our own scripts only.
MODULE_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hash and compress every file; rewrite module imports in our own scripts."""

    patterns: ClassVar = (*HashedFilesMixin.patterns, ("ruche/*.js", MODULE_IMPORTS))
