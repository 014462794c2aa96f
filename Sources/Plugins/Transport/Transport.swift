// NIO shell.
