"""Images of the pages of PDF sources, the cited lines boxed; drawn by processes of their own."""
