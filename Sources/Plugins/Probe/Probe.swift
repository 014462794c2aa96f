// Plugin Probe.
