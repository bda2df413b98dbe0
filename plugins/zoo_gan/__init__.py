"""GAN generators: ``stylegan-lite``."""
