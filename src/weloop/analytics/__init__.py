"""Reports: one file, one report; all read what other modules folded from the log."""
