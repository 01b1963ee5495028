"""The vendor's requests as the engine's values; every fault of a request is named at once."""
