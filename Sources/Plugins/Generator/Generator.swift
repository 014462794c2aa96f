// Plugin Generator.
