"""The field tables: what the vendor and the engine call each field, and its codec."""
