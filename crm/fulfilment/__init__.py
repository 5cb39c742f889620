"""What it adds up to: every published figure is one function here, with its definition in the docstring."""
