"""The only SQL: tables, transactions, the daily ledger and the counts; SQLite and PostgreSQL alike."""
