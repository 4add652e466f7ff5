"""The vocabularies, in English, German, French, Spanish and Arabic."""
