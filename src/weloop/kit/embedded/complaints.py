"""PostgreSQL's complaints in one clear sentence."""

import errno

from weloop.contracts.errors import SetupError

KNOWN = (
    ("No space left on device", "The disk is full; free some space and start again"),
    ("Disk quota exceeded", "The disk quota is used up; free some space and start again"),
    ("Read-only file system", "The disk is read-only; choose another home with --home"),
    ("Permission denied", "The database may not write its folder; give it to the user who runs WeLoop"),
    ("could not create shared memory", "The system gives no shared memory to the database; raise its limit"),
    ("database files are incompatible", "The data was made by another version of PostgreSQL"),
)


def explain(log: str, otherwise: str) -> str:
    """One sentence for what PostgreSQL wrote: a known cause in our words, else its own last complaint."""
    for mark, sentence in KNOWN:
        if mark in log:
            return sentence
    complaints = [
        line for line in log.splitlines() if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))
    ]
    last = complaints[-1].strip() if complaints else (log.strip().splitlines() or ["no reason given"])[-1]
    return f"{otherwise}: {last}"


def explain_os_error(error: OSError, place: object) -> SetupError:
    """The sentence for a failed file operation."""
    sentences = {
        errno.ENOSPC: f"The disk that holds {place} is full; free some space and start again",
        errno.EDQUOT: f"The disk quota for {place} is used up; free some space and start again",
        errno.EACCES: f"There is no permission to use {place}; choose another home with --home, or change its owner",
        errno.EPERM: f"There is no permission to use {place}; choose another home with --home, or change its owner",
        errno.EROFS: f"The disk that holds {place} is read-only; choose another home with --home",
        errno.ENOTDIR: f"{place} cannot be a folder, a file is in its way; choose another home with --home",
        errno.EEXIST: f"{place} cannot be a folder, a file is in its way; choose another home with --home",
    }
    return SetupError(sentences.get(error.errno or 0, f"{place} cannot be used: {error.strerror}"))
