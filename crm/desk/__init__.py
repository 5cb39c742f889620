"""The officer's desk: pages that show several features at once. No models."""
