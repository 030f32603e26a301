"""Nothing is kept here: the desk shows what other rooms keep.

The file must exist all the same: Django tells the end of migrations only to apps that have one, and
the timetable is written then.
"""
