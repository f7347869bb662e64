"""`make faults`: kill -9 at every call that changes something, then the documented commands, then state against cloud."""
