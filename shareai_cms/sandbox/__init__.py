"""A stand-in marketplace: the same wire as ShareAI's, over real HTTP, with faults on demand.

It needs neither Django nor a key: ``python -m shareai_cms.sandbox --port 8100``.
"""
