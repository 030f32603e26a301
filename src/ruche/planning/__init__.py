"""The month's rounds, from what the network says of itself to séances that everyone can read."""
