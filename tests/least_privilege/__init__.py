"""The long form of tests/e2e/test_least_privilege.py: every type of resource, and every line of each document."""
