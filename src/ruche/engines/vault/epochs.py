"""The secret of a circle, one per epoch, and the keys that are derived from it.

One wrap of the newest secret opens the whole history: each epoch's secret is sealed under the next.
"""

from dataclasses import dataclass

from ruche.engines.vault.forms import context
from ruche.engines.vault.suite import derive, open_sealed, open_wrapped, public_of, seal, wrap

__all__ = ["EpochSecret"]


@dataclass(frozen=True, slots=True)
class EpochSecret:
    """32 bytes that the members of a circle share during one epoch."""

    circle: str
    epoch: int
    secret: bytes

    def key_for(self, use: str, *more: str) -> bytes:
        """A derived key: `deposit`, `directory`, `chain`, `token` (with its year)."""
        return derive(self.secret, context(use, self.circle, self.epoch, *more))

    @property
    def deposit_private(self) -> bytes:
        """The X25519 private key that opens what anyone sealed for the circle."""
        return self.key_for("deposit")

    @property
    def deposit_public(self) -> bytes:
        return public_of(self.deposit_private)

    def identity_key(self, salt: bytes, where: str) -> bytes:
        """The key of one identity. Without its salt (32 bytes), the identity is lost for ever."""
        return derive(self.key_for("directory"), where, salt=salt)

    # ---------------------------------------------------------------------- handing it over

    def wrapped_to(self, member: str, public: bytes) -> bytes:
        """For a member of the circle."""
        return wrap(public, self.secret, context("epoch", self.circle, self.epoch, member))

    @classmethod
    def unwrapped(
        cls, wrapped: bytes, private: bytes, *, circle: str, epoch: int, member: str
    ) -> "EpochSecret":
        """What `wrapped_to` gave; `Unreadable` for anyone else, or elsewhere."""
        where = context("epoch", circle, epoch, member)
        return cls(circle, epoch, open_wrapped(private, wrapped, where))

    def wrapped_for_recovery(self, public: bytes) -> bytes:
        """For the recovery key, that two custodians of three can rebuild."""
        return wrap(public, self.secret, context("recovery", self.circle, self.epoch))

    @classmethod
    def recovered(cls, wrapped: bytes, private: bytes, *, circle: str, epoch: int) -> "EpochSecret":
        """What `wrapped_for_recovery` gave, for who rebuilt the recovery key."""
        where = context("recovery", circle, epoch)
        return cls(circle, epoch, open_wrapped(private, wrapped, where))

    def chained(self, previous: "EpochSecret") -> bytes:
        """The secret of the epoch before, sealed under this one."""
        return seal(self.key_for("chain"), previous.secret, self._link)

    def before(self, chained: bytes) -> "EpochSecret":
        """The secret of the epoch before."""
        secret = open_sealed(self.key_for("chain"), chained, self._link)
        return EpochSecret(self.circle, self.epoch - 1, secret)

    @property
    def _link(self) -> str:
        return context("chain", self.circle, self.epoch)
