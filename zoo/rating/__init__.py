"""Human judgement: studies in which people rate pictures, and their answers."""
