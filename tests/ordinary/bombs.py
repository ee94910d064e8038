"""Cells that take all there is of something: processes, threads, descriptors."""

FORKS = """
import os
while True:
    os.fork()
"""
APART = """
import os
while True:
    os.fork()
    try:
        os.setsid()
    except PermissionError:
        pass
"""
SHELL_FORKS = """
import subprocess, time
subprocess.run(['sh', '-c', 'bomb() { bomb | bomb & }; bomb'])
time.sleep(60)
"""
DAEMONS = """
import os, time
while True:
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(1000)
"""
THREADS = """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
"""
DESCRIPTORS = """
import os
leaked = []
while True:
    leaked.append(open('/dev/null'))
"""
PROGRAMS = """
import subprocess
running = []
while True:
    running.append(subprocess.Popen(['sleep', '1000'], start_new_session=True))
"""
BOMBS = {
    "forks": FORKS,
    "forks, each in a session of its own": APART,
    "forks of a shell": SHELL_FORKS,
    "daemons": DAEMONS,
    "threads": THREADS,
    "descriptors": DESCRIPTORS,
    "programs": PROGRAMS,
}
