"""The small autoencoder of Stable Diffusion's latents, TAESD, as a model."""
