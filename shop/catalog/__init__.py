"""The catalogue: products, categories and their photographs, kept in MongoDB."""
