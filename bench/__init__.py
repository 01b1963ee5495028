"""How fast the house is, measured against the bars of its design: `python -m bench`."""
