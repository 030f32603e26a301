"""One openly fictitious world for the demo, the tests and the screenshots."""
