"""Where and when: what is near, in the language of who asks, without account or script."""
