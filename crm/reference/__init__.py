"""The council's own words: sectors, areas, size bands, settings, academic years. Data, edited by an administrator."""
