"""The vendor's requests as engine values. All faults of a request are reported at once."""
