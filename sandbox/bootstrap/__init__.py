"""Set-up on a bare machine: standard library only, because it runs before there is a virtual environment."""
