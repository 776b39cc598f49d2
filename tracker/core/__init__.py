"""The pure core: values in, values out. It knows no screen, no SQL, no clock, no file and no language."""
