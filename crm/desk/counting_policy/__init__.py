"""Pages of the counting policy: what counts, its versions, and what another would do to the figures."""
