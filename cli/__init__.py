"""The command `ssm-endpoints`."""
