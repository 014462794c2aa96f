// The composition: bus, host and clock.
