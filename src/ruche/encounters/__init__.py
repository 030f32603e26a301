"""Encounters: forms that are data, what phones deposit sealed, and promises that come back."""
