"""A report as a spreadsheet: handed out filled in and protected, taken back, compared and written as if typed."""
