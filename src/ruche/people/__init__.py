"""The persons met: a sealed directory per circle, their files, their cards.

No name, no note, no characteristic of a person is readable here: browsers seal and open, and this
room shows empty places that they fill.
"""
