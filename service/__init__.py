"""From a question to cited passages: query, search, HTTP API and web page."""
