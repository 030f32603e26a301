"""What the vault refuses, in French: each message says what to do next."""


class Refused(ValueError):
    """The request cannot be done; nothing was written. `status` is its HTTP code."""

    status = 400


class Stale(Refused):
    """Something changed meanwhile: the browser reads the state again, then tries anew."""

    status = 409


class NotPermitted(Refused):
    """A key was about to be handed to a circle without a permission that lives."""

    status = 403


class Closed(Refused):
    """The ring's half is gone: idle for too long, or signed out."""

    status = 410
