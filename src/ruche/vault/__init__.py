"""The vault: circles, key slots and sealed pieces. It stores what it cannot read.

Sealing and opening happen in the browser, in `static/ruche/vault/*.js`. Here are the rules that
need no secret: who may fetch which ciphertext, which act of a circle may follow another, and that
no key is handed to a circle without a permission that lives.
"""
