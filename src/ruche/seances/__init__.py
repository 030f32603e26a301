"""The séance, pivot of the network: one site, one date, several teams, from asked to counted."""
