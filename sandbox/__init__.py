"""The embedded default: an AWS API on loopback, the engine's set-up, and the runner behind `make up`."""
