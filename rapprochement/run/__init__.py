"""The order of the build: which notebooks run, what is read again, what is done once pages are written."""
