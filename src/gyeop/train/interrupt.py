"""Ctrl-C as a request: it may come in the middle of a step, which shall be finished first."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def noted_interrupts(wanted=True):
    """Within it the first Ctrl-C (SIGINT) is put into the list that this gives; a second one acts as ever, at once.

    Outside the main thread, where Python allows no such handler, and if not `wanted`, the list stays empty.
    """
    noted: list[int] = []
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield noted
        return

    def note(number, frame):
        if noted:
            raise KeyboardInterrupt
        noted.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
