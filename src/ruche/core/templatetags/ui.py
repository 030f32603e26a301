"""Tags of the design system, one per component, shown in all their states on /composants/.

Short components are inclusion tags (`{% stat "Habitants" "34 210" %}`); those that hold content are
blocks (`{% alert "info" %}…{% endalert %}`). Every one works without JavaScript.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypedDict

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ruche.core.components import MARKS, Column, LegendEntry
from ruche.core.icons import PATHS

register = template.Library()

STATUS_WORDS = {
    "value": ("", ""),
    "secret": ("secret statistique", "s"),
    "not_published": ("non diffusé", "nd"),
    "not_applicable": ("sans objet", "so"),
    "missing": ("donnée manquante", "…"),
}
"""State of a value → the words that people read, and the mark of a narrow column."""

ROOT_SIZE = re.compile(r' width="([\d.]+)" height="[\d.]+"')
FIGURE_SCALE = 1.25
"""Figures write in 12 pixels; pages show them a quarter larger."""

WIDE_FIGURE = 420
"""A figure wider than this, in its own pixels, scrolls on a phone instead of shrinking."""


# ------------------------------------------------------------------------------ site


class NavigationEntry(TypedDict):
    label: str
    url: str
    current: str


@register.inclusion_tag("ui/navigation.html", takes_context=True)
def main_navigation(context: Context) -> dict[str, list[NavigationEntry]]:
    """The main menu, from the `navigation` of the context, without the pages that do not exist."""
    request = context.get("request")
    path = request.path if request else ""
    addresses = {label: _address(name) for label, name in context.get("navigation") or []}
    entries = {label: url for label, url in addresses.items() if url}
    section = max((url for url in entries.values() if _contains(url, path)), key=len, default="")
    return {
        "entries": [
            {"label": label, "url": url, "current": _current(url, path, section)}
            for label, url in entries.items()
        ]
    }


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _contains(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _current(url: str, path: str, section: str) -> str:
    """`page` for the open page, `true` for the entry that leads to it."""
    if url == path:
        return "page"
    return "true" if url == section else ""


@register.simple_tag
def url_or_nothing(url_name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, or nothing when this instance does not have it."""
    try:
        return reverse(url_name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("ui/logo.html")
def logo() -> dict[str, Any]:
    """The mark of the house, decorative: three cells."""
    return {}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: a decorative pictogram, always beside a word."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        mark_safe(PATHS[name]),  # noqa: S308 - our own constants
    )


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """`{% breadcrumb "Accueil" home_url "Portraits" index_url "Auch" %}`: label, url… here."""
    *before, here = steps
    return {"links": list(zip(before[::2], before[1::2], strict=True)), "here": here}


# --------------------------------------------------------------------- buttons, forms


@register.inclusion_tag("ui/button.html")
def button(
    label: str,
    kind: str = "",
    *,
    name: str = "",
    value: str = "",
    type: str = "submit",
    picture: str = "",
    disabled: bool = False,
) -> dict[str, Any]:
    """`{% button "Enregistrer" %}`; kinds: none (main action), `secondary`, `quiet`, `danger`."""
    return {
        "label": label,
        "kind": kind,
        "name": name,
        "value": value,
        "type": type,
        "picture": picture,
        "disabled": disabled,
    }


@register.inclusion_tag("ui/link_button.html")
def link_button(
    label: str, url: str, kind: str = "", *, picture: str = "", download: bool = False
) -> dict[str, Any]:
    """`{% link_button "Voir le portrait" url %}`: a link that looks like a button; same kinds."""
    return {"label": label, "url": url, "kind": kind, "picture": picture, "download": download}


@register.inclusion_tag("ui/print_button.html")
def print_button(label: str = "Imprimer cette page") -> dict[str, Any]:
    """A button that prints the page; without JavaScript it is not shown."""
    return {"label": label}


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """`{% field form.name %}`: label, help, errors, control; choices in a fieldset."""
    optional = not (bound.field.required or bound.field.disabled)
    name = "ui/choices.html" if bound.use_fieldset else "ui/field.html"
    if getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset:
        name = "ui/checkbox.html"
    return render_to_string(name, {"field": bound, "optional": optional})


@register.inclusion_tag("ui/select.html")
def select(
    name: str,
    label: str,
    options: Iterable[tuple[Any, str]],
    selected: Any = "",
    *,
    help: str = "",
) -> dict[str, Any]:
    """`{% select "niveau" "Niveau" options selected %}`: (value, label) pairs, without a Form."""
    choices = [(str(value), text, str(value) == str(selected)) for value, text in options]
    return {"name": name, "label": label, "options": choices, "help": help}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm, *, focus: bool = True) -> dict[str, Any]:
    """`{% error_summary form %}`: what must be corrected, each line leading to its field.

    It takes the focus when the page opens, unless `focus=False`.
    """
    fields = [(bound, error) for bound in form if bound.errors for error in bound.errors]
    others = list(form.non_field_errors()) if form.is_bound else []
    return {"fields": fields, "others": others, "focus": focus}


@register.simple_block_tag
def filter_bar(
    content: str,
    label: str = "Filtrer",
    submit: str = "Afficher",
    *,
    url: str = "",
    target: str = "",
) -> SafeString:
    """`{% filter_bar "Filtrer les territoires" %}{% select … %}{% endfilter_bar %}`: a GET form.

    With `target="#resultats"`, a change refreshes that part of the page by htmx; without
    JavaScript, or by its button, the form reloads the page.
    """
    context = {"content": content, "label": label, "submit": submit, "url": url, "target": target}
    return render_to_string("ui/filter_bar.html", context)


@register.inclusion_tag("ui/search.html")
def search_box(
    url: str,
    label: str,
    *,
    name: str = "q",
    value: str = "",
    suggestions: str = "",
    help: str = "",
    id: str = "recherche",
) -> dict[str, Any]:
    """`{% search_box url "Rechercher une commune" suggestions=url2 %}`.

    A GET form; `suggestions` is an address that answers to the same parameter with the fragment
    `ui/suggestions.html`, shown as one types.
    """
    return {
        "url": url,
        "label": label,
        "name": name,
        "value": value,
        "suggestions": suggestions,
        "help": help,
        "id": id,
    }


# --------------------------------------------------------------------------- messages


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: str = "") -> SafeString:
    """`{% alert "warning" "Titre" %}…{% endalert %}`; kinds: info, success, warning, danger."""
    context = {"kind": kind, "title": title, "content": content}
    return render_to_string("ui/alert.html", context)


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """`{% empty_state "Aucun résultat" %}<p>Que faire…</p>{% endempty_state %}`."""
    return render_to_string("ui/empty_state.html", {"title": title, "content": content})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, opener: str, kind: str = "secondary") -> SafeString:
    """`{% dialog "aide" "Titre" "Libellé du bouton" %}…{% enddialog %}`: button and dialog."""
    context = {"id": id, "title": title, "opener": opener, "kind": kind, "content": content}
    return render_to_string("ui/dialog.html", context)


@register.inclusion_tag("ui/tag.html")
def tag(label: str, kind: str = "") -> dict[str, str]:
    """`{% tag "Édition 2026" %}`; kinds: neutral, accent, info, success, warning, danger."""
    return {"label": label, "kind": kind}


@register.simple_block_tag
def card(content: str, title: str, url: str = "", eyebrow: str = "", level: int = 3) -> SafeString:
    """`{% card "Titre" url %}…{% endcard %}`: with a url the whole card leads there."""
    context = {"title": title, "url": url, "eyebrow": eyebrow, "level": level, "content": content}
    return render_to_string("ui/card.html", context)


# ------------------------------------------------------------------------- navigation


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[tuple[str, str]], current: str, label: str) -> dict[str, Any]:
    """`{% tabs items request.path "Thèmes" %}`: links (label, url); `current` is the open url."""
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag("ui/steps.html")
def steps(items: Sequence[str], current: int) -> dict[str, Any]:
    """`{% steps labels 2 %}`: where one is in a sequence; the first step is 1."""
    states = ["done" if rank < current else "next" for rank in range(1, len(items) + 1)]
    states[current - 1] = "current"
    return {"items": list(zip(items, states, strict=True))}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], label: str = "Pages") -> dict[str, Any]:
    """`{% pager page %}`: the pages of a Django paginator, by `?page=`, other parameters kept."""
    request = context["request"]
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(n, _query(request, page=n) if isinstance(n, int) else "") for n in numbers]
    return {
        "page": page,
        "label": label,
        "links": links,
        "previous": _query(request, page=page.number - 1),
        "next": _query(request, page=page.number + 1),
    }


def _query(request: HttpRequest, **changes: Any) -> str:
    """The address of this page with a few parameters changed."""
    parameters = request.GET.copy()
    for name, value in changes.items():
        parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


# ------------------------------------------------------------------- tables and lists


@register.inclusion_tag("ui/table.html", takes_context=True)
def table(
    context: Context,
    table: Any,
    *,
    parameter: str = "tri",
    numeric: bool = False,
    hide_caption: bool = False,
    highlight: str = "",
) -> dict[str, Any]:
    """`{% table object %}`: caption, columns, rows; the first cell of a row is its header.

    A column may be a text or a `components.Column`; one that has a key sorts by `?tri=key`, then by
    `?tri=-key`. `numeric=True` aligns every column but the first on the right. `highlight` is the
    first cell of a row to bring out.
    """
    request = context.get("request")
    columns = [_as_column(c, numeric=numeric and rank > 0) for rank, c in enumerate(table.columns)]
    asked = request.GET.get(parameter, "") if request else ""
    return {
        "caption": table.caption,
        "hide_caption": hide_caption,
        "heads": [_head(column, asked, request, parameter) for column in columns],
        "width": len(columns),
        "rows": [
            (row[0], _cells(row[1:], columns[1:]), str(row[0]) == highlight) for row in table.rows
        ],
    }


def _cells(cells: Sequence[Any], columns: Sequence[Column]) -> SafeString:
    """The cells of a row after its header, escaped. Joined here: a page may have thousands."""
    opened = ('<td class="numeric">' if column.numeric else "<td>" for column in columns)
    pairs = zip(opened, cells, strict=True)
    joined = "".join(f"{tag}{conditional_escape(cell)}</td>" for tag, cell in pairs)
    return mark_safe(joined)  # noqa: S308 - every cell was escaped just above


def _as_column(column: Column | str, *, numeric: bool) -> Column:
    return Column(column, numeric=numeric) if isinstance(column, str) else column


def _head(
    column: Column, asked: str, request: HttpRequest | None, parameter: str
) -> dict[str, Any]:
    """A header: its text, the address that sorts by it, and how the table is sorted now."""
    order = {column.key: "ascending", f"-{column.key}": "descending"}.get(asked, "")
    key = f"-{column.key}" if order == "ascending" else column.key
    sort_url = _query(request, **{parameter: key}) if request and column.key else ""
    return {"column": column, "url": sort_url, "order": order if column.key else ""}


@register.simple_block_tag
def scroll_region(content: str, label: str) -> SafeString:
    """`{% scroll_region "Nom" %}<table>…{% endscroll_region %}`: it scrolls by keyboard."""
    return render_to_string("ui/scroll_region.html", {"content": content, "label": label})


@register.inclusion_tag("ui/files.html")
def file_list(files: Iterable[Any]) -> dict[str, Any]:
    """`{% file_list files %}`: a list of `components.File`, with format and weight."""
    return {"files": files}


@register.inclusion_tag("ui/definitions.html")
def definitions(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """`{% definitions items %}`: a list of (term, description)."""
    return {"items": items}


# ------------------------------------------------------------------- figures and values


@register.simple_tag
def value_status(
    status: Any, text: str = "", *, estimate: bool = False, short: bool = False
) -> SafeString:
    """`{% value_status cell.state cell.text %}`: a value, or why there is none; never a blank.

    `status` is one of `STATUS_WORDS`, or an object whose `code` is. `short=True` writes the mark of
    a narrow column (« s », « nd »…), read in full by a screen reader.
    """
    code = getattr(status, "code", status)
    words, mark = STATUS_WORDS[code]
    context = {
        "code": code,
        "text": text if code == "value" else words,
        "mark": mark if short else "",
        "estimate": estimate,
    }
    return mark_safe(render_to_string("ui/status.html", context).strip())  # noqa: S308 - inline


@register.inclusion_tag("ui/stat.html")
def stat(
    label: str,
    value: str = "",
    unit: str = "",
    *,
    note: str = "",
    url: str = "",
    url_label: str = "Définition et source",
    status: Any = "value",
    estimate: bool = False,
) -> dict[str, Any]:
    """`{% stat "Taux de pauvreté" "16,8" "%" note="2022" url=indicator_url %}`: a key figure."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "percentage": unit in {"%", "‰"},
        "note": note,
        "url": url,
        "url_label": url_label,
        "status": getattr(status, "code", status),
        "estimate": estimate,
    }


@register.inclusion_tag("ui/figure.html")
def figure(
    figure: Any,
    *,
    source: str = "",
    downloads: Iterable[Any] = (),
    hide_description: bool = False,
    show_title: bool = True,
) -> dict[str, Any]:
    """`{% figure object source="Insee, RP 2022" downloads=files %}`: drawing, caption, data.

    The object has `svg` (made by us, written as is), `title`, `description` and `table`.
    """
    root = ROOT_SIZE.search(figure.svg[:400])
    return {
        "figure": figure,
        "svg": mark_safe(ROOT_SIZE.sub(_enlarged, figure.svg, count=1)),  # noqa: S308
        "wide": bool(root and float(root[1]) > WIDE_FIGURE),
        "source": source,
        "downloads": downloads,
        "hide_description": hide_description,
        "show_title": show_title,
    }


def _enlarged(size: re.Match[str]) -> str:
    return f' width="{float(size[1]) * FIGURE_SCALE:g}"'


@register.inclusion_tag("ui/legend.html")
def legend(entries: Iterable[LegendEntry], label: str = "Légende") -> dict[str, Any]:
    """`{% legend entries %}`: (label, mark, colour); shapes as well as colours differ."""
    drawn = [
        (entry.label, mark_safe(MARKS[entry.mark]), entry.colour)  # noqa: S308 - our constants
        for entry in (LegendEntry(*entry) for entry in entries)
    ]
    return {"entries": drawn, "label": label}
