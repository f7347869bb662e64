"""What a preview came to, for people to look at: one model of it, shown as a page, as Markdown and as a picture."""
