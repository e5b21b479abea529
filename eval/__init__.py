"""From runs to scores: datasets, measures and speed, on the very search that the service runs."""
