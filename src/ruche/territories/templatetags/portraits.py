"""Write a figure as pages do: its value, or why there is none; and whether it is an estimate."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ruche.core.templatetags.ui import value_status
from ruche.engines.portraits.catalogue import Indicator
from ruche.engines.portraits.facts import Fact, Figure, split_value, write_value
from ruche.engines.portraits.states import State
from ruche.territories.links import indicator_url

register = template.Library()


@register.simple_tag
def figure_value(indicator: Indicator, figure: Figure) -> SafeString:
    """`{% figure_value indicator figure %}`: « 16,8 % », or the state in its own look."""
    if figure.value is None or figure.state is not State.VALUE:
        state = State.MISSING if figure.state is State.VALUE else figure.state
        return value_status(state)
    text = write_value(indicator, figure.value, figure.state)
    if figure.estimated:
        return format_html('<b>{}</b> <abbr class="estimate" title="estimation">est.</abbr>', text)
    return format_html("<b>{}</b>", text)


@register.simple_tag
def fact_value(fact: Fact) -> SafeString:
    """`{% fact_value fact %}`: the same, for a fact."""
    return figure_value(fact.indicator, fact.figure)


@register.simple_tag
def fact_number(fact: Fact) -> SafeString:
    """`{% fact_number fact %}`: the number without its unit, which the row's head says."""
    if not fact.known:
        return figure_value(fact.indicator, fact.figure)
    assert fact.figure.value is not None
    number, _ = split_value(fact.indicator, fact.figure.value)
    if fact.figure.estimated:
        return format_html(
            '<b>{}</b> <abbr class="estimate" title="estimation">est.</abbr>', number
        )
    return format_html("<b>{}</b>", number)


@register.inclusion_tag("ui/stat.html")
def key_figure(fact: Fact) -> dict[str, Any]:
    """`{% key_figure fact %}`: one of the figures that open a portrait."""
    reference = fact.reading
    note = f"en {fact.figure.year}" if fact.figure.year else ""
    if fact.known and reference and reference.figure.value is not None:
        note += f" ; {reference.label} : {fact.write(reference.figure)}"
    value, unit = fact.text, ""
    if fact.known and fact.figure.value is not None:
        value, unit = split_value(fact.indicator, fact.figure.value)
    return {
        "label": fact.indicator.label,
        "value": value,
        "unit": unit,
        "percentage": unit.startswith(("%", "‰")),
        "note": note.replace(" ;", "\u202f;").replace(" :", "\u00a0:"),
        "url": indicator_url(fact.indicator.id),
        "url_label": "Définition et source",
        "status": fact.figure.state.code if fact.figure.value is None else "value",
        "estimate": fact.figure.estimated,
    }
