"""What a provider says of an opportunity its young people took part in: how it went, in three questions."""
