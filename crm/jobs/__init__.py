"""What happens by itself, and when. In a process of its own (`flask jobs run`), never in the web server."""
