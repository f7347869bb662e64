"""What is deployed, as AWS's API tells it now, laid over what a stack's state says: reads only, and decides nothing."""
