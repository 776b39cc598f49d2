"""The emulation competition tracker: scores, ranks and lists public offices from their case data."""
