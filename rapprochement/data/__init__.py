"""Read and refuse: ``door`` loads tables that ``check`` found sound; ``files`` and ``tables`` read, ``schema`` and ``rows`` judge."""
