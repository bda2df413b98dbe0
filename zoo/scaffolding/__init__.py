"""New plugins: complete small packages, made from templates."""
