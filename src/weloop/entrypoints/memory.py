"""How the long-lived processes look for garbage."""

import gc

YOUNG_OBJECTS = 50_000
"""New objects between two looks for garbage: more than a batch makes. Requests and messages leave hardly any; the
default is 700."""


def hold_memory() -> None:
    """While modules are imported nothing of them is garbage: look for none until :func:`settle_memory`.

    Measured: a sixth of the CPU that a process takes to start.
    """
    gc.disable()


def settle_memory() -> None:
    """What is there now stays as long as the process: no later search for garbage need go through it again.

    Measured: 7 % less CPU for callbacks, 13 % for steps of journeys.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()
