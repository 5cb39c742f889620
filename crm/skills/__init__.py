"""The employability skills that employers and the council agreed on, in versions."""
