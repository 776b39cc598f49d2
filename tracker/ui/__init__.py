"""What the pages share: the frame around them, their look, and the server's own routes and headers."""
