// The list of plugins.
