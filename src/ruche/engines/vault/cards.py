"""The card that a person holds: one secret of 128 bits, printed as a QR and as a code.

Three things come from it: the *handle*, by which the server finds what the card opens; the *proof*,
that shows that one holds the card; the key that opens the *threads*. A thread is the key that one
circle and one person share: the circle opens to it what she asked to see, and her words are sealed
with it. Only AES-GCM, HKDF and PBKDF2, so that old telephones can.
"""

from dataclasses import dataclass

from ruche.engines.vault.forms import context
from ruche.engines.vault.suite import derive, open_sealed, seal, stretch

__all__ = ["Card", "ThreadKey"]

HANDLE = 16


@dataclass(frozen=True, slots=True)
class Card:
    """128 random bits, and a PIN if she wanted one."""

    secret: bytes
    pin: str = ""

    @property
    def handle(self) -> bytes:
        """16 bytes: how the server names the card."""
        return derive(self.secret, context("card", "handle"), length=HANDLE)

    @property
    def proof(self) -> bytes:
        """32 bytes, given to the server, that keeps their SHA-256."""
        return derive(self.secret, context("card", "proof"))

    @property
    def key(self) -> bytes:
        """What opens the threads. The PIN counts only with the secret: it cannot be tried alone."""
        stretched = stretch(self.pin, self.handle) if self.pin else b""
        return derive(self.secret + stretched, context("card", "key"))

    def holding(self, thread: bytes, record: str) -> bytes:
        """A thread's key, sealed for this card."""
        return seal(self.key, thread, context("thread", record))

    def thread_in(self, sealed: bytes, record: str) -> bytes:
        """The key that `holding` sealed."""
        return open_sealed(self.key, sealed, context("thread", record))


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """The key that a circle shares with one person, for one record."""

    record: str
    secret: bytes

    def showing(self, key: bytes, piece: str) -> bytes:
        """The key of a piece, for her to read it."""
        return seal(self._for("read"), key, context("shown", self.record, piece))

    def shown(self, sealed: bytes, piece: str) -> bytes:
        """The key that `showing` sealed."""
        return open_sealed(self._for("read"), sealed, context("shown", self.record, piece))

    def words_key(self) -> bytes:
        """What seals her words, and opens them in the circle."""
        return self._for("words")

    def _for(self, use: str) -> bytes:
        return derive(self.secret, context("thread", use, self.record))
