// Plugin Replay.
