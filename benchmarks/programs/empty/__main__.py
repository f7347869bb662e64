"""Nothing. The language host has imported the SDK by the time this runs."""
