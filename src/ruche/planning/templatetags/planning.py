"""How the pages of a month read a name and a mapping."""

from collections.abc import Mapping

from django import template

from ruche.planning import showing

register = template.Library()


@register.filter
def initials(name: str) -> str:
    """« Odile Exemple » → « OE »."""
    return showing.initials(name)


@register.filter
def item(mapping: Mapping[str, str], key: str) -> str:
    """The value of a key, or nothing."""
    return mapping.get(key, "")
