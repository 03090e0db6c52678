"""Letters: from facts to a message's text, HTML, SMS and PDF."""
