"""What several tests use: graphs as the engine sends them, and the pack's own process to play them to."""
