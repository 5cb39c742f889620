"""Groups of employers that the council works with: task and finish group, cornerstone employers, roundtable."""
