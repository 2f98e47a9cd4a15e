"""What the merchant learns from what happens: sales, and what people looked for in vain."""
