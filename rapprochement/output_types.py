"""The types of output by which notebooks hand figures, tables and words to the build.

Apart from :mod:`rapprochement.show`, which makes them and loads matplotlib
to do so: a build in which nothing is drawn need not wait for it.
"""

FIGURE_MIME = "application/vnd.rapprochement.figure+json"
TABLE_MIME = "application/vnd.rapprochement.table+json"
ANSWERS = "rapprochement-answers"  # in the metadata of what is glued: the numbers in it, with their rows
GLUE_PREFIX = "application/papermill.record/"  # as myst-nb names what is glued
SHAPES = ("brief", "small", "in-margin")  # of a figure that does not stand at the width of the text with its counting rule below (see book/figures.py)

# Environment variable that names a folder in which a build keeps drawings, since most stay the same from one to the next.
DRAWINGS = "RAPPROCHEMENT_DRAWINGS"
