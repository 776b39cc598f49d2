"""An invented province, built from a seed: every case file, with planted facts that tests and pages can rely on."""
