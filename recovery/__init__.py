"""What an interrupted update left behind: found in AWS by reads alone, and recorded in the state if the user agrees."""
