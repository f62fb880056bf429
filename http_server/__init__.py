"""The HTTP server that both backends stand behind: Twisted's, made strict about framing, size and time."""
