"""Ruche: the information system of a territorial solidarity network."""
