"""Stand-in platforms with faults: for the demo, rehearsal and tests."""
