"""The one exception whose text may reach a client."""


class UserError(Exception):
    """A refusal in words for the caller: what was wrong, with the value, and what to do instead.

    Any other exception is a defect: it is logged, and the client is told only that something failed.
    """


class UsageError(UserError):
    """Arguments that don't fit: exit status 2 at the command line."""


class MemoryUnavailable(UserError):
    """The memory's database can't be opened, read or written; the text says which file, why, and the way out."""


class EmbedderUnavailable(UserError):
    """The configured embedder can't be loaded; the text names it and says how to get one that can."""
