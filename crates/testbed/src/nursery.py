"""Starts many Synapses from one Python that has read its modules once, each by a fork: most of a start is the reading.

Takes lines of standard input, each the path of a homeserver.yaml, and answers each with a process id. What the Synapse
prints goes to homeserver.log beside its configuration. All of them end with this process, which ends with its input.
"""

import gc
import os
import signal
import sys
import threading

from synapse.app.complement_fork_starter import ProxiedReactor
from twisted.internet.main import installReactor

try:
    from twisted.internet.epollreactor import EPollReactor as Reactor
except ImportError:
    from twisted.internet.selectreactor import SelectReactor as Reactor

# The modules take hold of a reactor as they are read. A real one would be shared by all forks.
proxy = ProxiedReactor()
installReactor(proxy)

import synapse.app.homeserver  # noqa: E402

# What is read stays, in every fork: looking for garbage in it would copy its pages.
gc.collect()
gc.freeze()

# Nobody waits for a Synapse that ended.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
alive, keep_alive = os.pipe()


def end_with_parent():
    os.read(alive, 1)
    os._exit(0)


def run(config):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(keep_alive)
    os.chdir(os.path.dirname(config))
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open("homeserver.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    threading.Thread(target=end_with_parent, daemon=True).start()
    proxy._install_real_reactor(Reactor())
    sys.argv = ["synapse", "-c", config]
    synapse.app.homeserver.main()


while line := sys.stdin.readline():
    child = os.fork()
    if child == 0:
        try:
            run(line.rstrip("\n"))
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)
    print(child, flush=True)
