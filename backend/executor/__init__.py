"""The local executor: sessions in subprocesses of this machine, no network needed."""
