"""What the generator writes for the package.

Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.
"""
