"""What leaves over the network: mail, texts, webhooks. Loaded by the worker only; see kalends/work.py."""
