"""Many accounts x Regions x VPCs: an inventory becomes stacks, and a runner takes each of them through the same program."""
