"""The field tables: what the vendor calls each thing, what the engine calls it, and how it is written."""
