"""My day: whom to chase, what is on, what waits."""
