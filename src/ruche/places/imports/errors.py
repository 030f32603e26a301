"""What may go wrong in an import; each message is French and says what to do."""


class ImportRefused(ValueError):
    """What was asked of a batch was refused, and nothing of it stays."""


class StaleBatch(ImportRefused):
    """The register, or the batch, changed since the preview that one has read."""


class MissingColumns(ImportRefused):
    """Columns without which a format says nothing are named by no header."""
