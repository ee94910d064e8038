"""What a worker does to itself so that its code can do less: namespaces, capabilities, Landlock, seccomp.

Each module is one mechanism of Linux behind plain functions; `levels` puts them together. All of it works in
one direction only, on the calling thread and its later children: a worker uses it before it has threads.
"""
