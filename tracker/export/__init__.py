"""Bytes of files for people to take away: tables as CSV and as Excel workbooks."""
