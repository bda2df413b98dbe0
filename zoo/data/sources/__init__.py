"""Where pictures come from: folders, tar shards, zips and lists of URLs, each read in a stream."""
