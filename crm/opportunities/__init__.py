"""What is arranged and what happened: opportunities and the places in them."""
