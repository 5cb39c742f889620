"""The floor everything stands on. Imports no feature, ever; adding a module here needs a decision record."""
