"""Say why a virtual environment cannot serve, if it cannot; run by its own Python, however old.

An environment knows the path where it was made: in a clone that was moved,
renamed or copied its commands start another Python, or none.
"""

import os
import sys

try:
    import pip  # noqa: F401
except ImportError:
    pip = None

here = os.path.dirname(os.path.abspath(sys.executable))
command = os.path.join(here, "pip")
begins = open(command, "rb").read(1000).decode("utf-8", "replace") if os.path.isfile(command) else ""

if sys.version_info < (3, 11):
    print("holds Python %d.%d, older than 3.11" % sys.version_info[:2])
elif pip is None:
    print("has no pip")
elif begins and here not in begins and os.path.realpath(here) not in begins:
    print("was made in another folder")
