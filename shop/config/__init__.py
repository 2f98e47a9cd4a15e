"""How the shop is put together: settings, addresses, checks, logs."""
