"""Filters that write numbers in templates as `ruche.french` writes them everywhere."""

from django import template

from ruche.french import numbers

register = template.Library()

register.filter("number", numbers.number)
register.filter("signed", numbers.signed)
register.filter("percent", numbers.percent)


@register.filter
def plural(quantity: float, forms: str) -> str:
    """`{{ 3|plural:"commune,communes" }}` → « communes »."""
    singular, _, plural_form = forms.partition(",")
    return numbers.plural(quantity, singular, plural_form or None)


@register.filter
def counted(quantity: float, forms: str) -> str:
    """`{{ 26|counted:"commune" }}` → « 26 communes »."""
    singular, _, plural_form = forms.partition(",")
    return numbers.counted(quantity, singular, plural_form or None)
