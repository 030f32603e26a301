"""Filters that write numbers, hours and days in templates as `ruche.french` writes them."""

from django import template
from django.template.defaultfilters import stringfilter

from ruche.core import typesetting
from ruche.french import numbers, times

register = template.Library()

register.filter("number", numbers.number)
register.filter("signed", numbers.signed)
register.filter("percent", numbers.percent)
register.filter("hour", times.hour, expects_localtime=True)
register.filter("day", times.day, expects_localtime=True)


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


@register.filter(is_safe=True)
@stringfilter
def nbsp(text: str) -> str:
    """French spaces: narrow before ; ! ? % and plain no-break before : and inside « »."""
    return typesetting.spaced(text)


@register.filter(is_safe=True)
@stringfilter
def typographic(text: str) -> str:
    """The same, and the typographic apostrophe, for a text that was typed on a keyboard."""
    return typesetting.typographic(text)
