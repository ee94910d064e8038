"""The programs of the child processes: nursery, keeper and worker.

They run on any CPython from 3.9 with nothing installed, so this folder imports only the standard library and
itself. IPython is used where the interpreter has it.
"""
