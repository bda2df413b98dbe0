"""The Hugging Face Hub: models by name, weights at one commit, and publishing one's own.

Only what the user has named is fetched. Nothing here imports the Hub's client before it is needed.
"""
