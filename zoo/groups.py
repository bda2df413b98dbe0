"""Where plugins are found: the entry-point group, and the distribution that Zoo's own come in."""

GROUP = "zoo"
OURS = "zoo-generators"
