"""The guards of the code against each row of the failure catalogue, and the proof that tests would miss them.

`table.py` lists them: what a guard is, where it stands, how it is taken out, which tests fail without it.
`python -m tests.guards` takes out one after another in copies of the tree and runs those tests.
"""
