"""Who said of each place whether it was filled. The place itself says what counts; this says on whose word."""
