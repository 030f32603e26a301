"""Engines compute: data in, result out. No Django, no network, no clock, no global state.

Each is alone (it imports no other engine) and is also a command:
`python -m ruche.engines.<name> --help`.
"""
