"""The figures on a page and in the workbook. No models, and no figure of its own."""
