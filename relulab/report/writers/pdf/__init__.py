"""A report as PDF: reportlab sets the pages, pypdf puts matplotlib's own vector pages into them and tags it all."""

from relulab.report.writers.pdf.writer import to_pdf

__all__ = ["to_pdf"]
