"""Pages leave: as web pages, as PDF, as LaTeX, and as downloads."""
