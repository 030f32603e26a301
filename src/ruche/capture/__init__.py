"""The installable client with which encounters are written where there is no network."""
