"""The language of a page is in its address, so that it can be kept, printed and sent."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from ruche.languages import CODES, FRENCH, Language, language


class LanguageConverter:
    """A language in an address: `fr`, `ar`."""

    regex = "|".join(CODES)

    def to_python(self, value: str) -> Language:
        return language(value)

    def to_url(self, value: Language) -> str:
        return value.code


def language_of(request: HttpRequest) -> Language:
    """The first language of the browser that we have; French otherwise."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    codes = (code.split("-")[0] for code, _ in wanted)
    return language(next((code for code in codes if code in CODES), FRENCH))


def language_named(code: str) -> Language:
    """The language of a code; French for one that we do not have."""
    return language(code if code in CODES else FRENCH)
