"""Loaded by the process from which all others are forked, to name it and to make it deaf to signals.

A service manager or a closed terminal signals all processes at once. The supervisor alone then ends the others, one
kind after the other. Without this process it would take the others for dead, and stop the database under them. Those
that are forked stay deaf to SIGHUP, and listen to SIGTERM again (`processes.at_work`).
"""

import signal

import setproctitle

setproctitle.setproctitle("kalends: forks")
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
