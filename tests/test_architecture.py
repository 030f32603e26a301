"""What import-linter cannot see: foreign keys, engines without Django, scripts of pages."""

import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.management import call_command
from django.db.models import Field, Model

import ruche.engines
from ruche.core.storage import HashedStorage

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src/ruche"
ENGINES = sorted(module.name for module in pkgutil.iter_modules(ruche.engines.__path__))
TEMPLATES = sorted(SOURCES.rglob("templates/**/*.html"))

IMPORT_WITHOUT_DJANGO = """
import importlib, pkgutil, sys
sys.modules["django"] = None
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


# ----------------------------------------------------------------------- foreign keys


def layers() -> dict[str, int]:
    """Package → height of its layer in pyproject.toml; siblings share a height."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {
        name.strip(): height
        for height, line in enumerate(reversed(lines))
        for name in re.split(r"[|:]", line)
    }


def points_wrongly(source: str, target: str, heights: dict[str, int]) -> bool:
    """Does a key from one app to another go up, or sideways?"""
    return source != target and heights[target] >= heights[source]


def keys_between_our_apps() -> Iterator[tuple[str, str, str]]:
    """(name of the key, app that holds it, app that it points to)."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            target = getattr(field, "related_model", None)
            if isinstance(field, Field) and isinstance(target, type) and issubclass(target, Model):
                names = (model._meta.app_config.name, target._meta.app_config.name)
                if all(name.startswith("ruche.") for name in names):
                    yield f"{model._meta.label}.{field.name}", *names


def test_no_foreign_key_points_up_or_sideways():
    heights = layers()
    wrong = [key for key, *ends in keys_between_our_apps() if points_wrongly(*ends, heights)]
    assert not wrong, f"clés étrangères qui montent ou vont de côté : {wrong}"


def test_a_key_that_points_up_or_sideways_would_be_seen():
    heights = {"ruche.top": 2, "ruche.left": 1, "ruche.right": 1, "ruche.core": 0}
    assert points_wrongly("ruche.core", "ruche.top", heights)
    assert points_wrongly("ruche.left", "ruche.right", heights)
    assert not points_wrongly("ruche.top", "ruche.left", heights)
    assert not points_wrongly("ruche.top", "ruche.top", heights)


def test_every_app_has_its_layer():
    ours = {app.name for app in apps.get_app_configs() if app.name.startswith("ruche.")}
    assert ours <= set(layers())


# ---------------------------------------------------------------------------- engines


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT / "src",
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_lives_without_django(engine):
    ended = run("-c", IMPORT_WITHOUT_DJANGO, f"ruche.engines.{engine}")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_a_command_that_explains_itself(engine):
    ended = run("-m", f"ruche.engines.{engine}", "--help")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_says_what_it_offers(engine):
    module = __import__(f"ruche.engines.{engine}", fromlist=["__all__"])
    assert module.__doc__
    assert all(hasattr(module, name) for name in module.__all__)


# ----------------------------------------------------------------------- static files


def test_the_private_name_of_django_that_we_use_still_means_the_same():
    """core/storage.py takes the patterns of `import … from` from a private list of Django."""
    suffix, patterns = HashedFilesMixin._js_module_import_aggregation_patterns
    assert suffix == "*.js"
    assert any("import" in pattern for pattern, _replacement in patterns)


def test_collected_modules_import_their_hashed_neighbours(temporary_static_root, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "ruche.core.storage.HashedStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    storage = HashedStorage(location=temporary_static_root)
    entry = Path(storage.path(storage.stored_name("ruche/js/ruche.js"))).read_text(encoding="utf-8")
    neighbours = re.findall(r'from "\./([^"]+)"', entry)
    assert neighbours
    for neighbour in neighbours:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", neighbour), neighbour
        assert storage.exists(f"ruche/js/{neighbour}")


# -------------------------------------------------------------------- what a page may

INLINE = {
    "un script dans la page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*json)", re.I),
    "un style dans la page": re.compile(r"<style\b", re.I),
    "un attribut style": re.compile(r"<[^>]*\sstyle=", re.I),
    "un attribut on…": re.compile(r"<[^>]*\son[a-z]+=", re.I),
    "une adresse javascript:": re.compile(r"javascript:", re.I),
    "une ressource d’un autre site": re.compile(
        r"<(?:script|link|img|iframe|source|video)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I
    ),
}


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: path.relative_to(SOURCES).as_posix()
)
def test_a_template_asks_for_nothing_that_the_policy_forbids(template):
    text = template.read_text(encoding="utf-8")
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    assert not found


@pytest.mark.parametrize(
    "html",
    [
        "<script>x()</script>",
        "<style>a{}</style>",
        "<p class='a' style='color:red'>",
        "<a href='#' onclick='x()'>",
        "<a href='javascript:x()'>",
        "<script src='https://elsewhere.example/x.js'></script>",
    ],
)
def test_what_the_policy_forbids_would_be_seen(html):
    assert any(pattern.search(html) for pattern in INLINE.values())
