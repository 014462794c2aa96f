// Frames, calls and their state machines.
