"""What an employer says of an opportunity it gave: how many came, how it went, whether it would again."""
