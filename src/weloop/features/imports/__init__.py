"""Imports (导入): persons and leads out of a CSV or XLSX file, checked before they come in, undone while untouched."""
