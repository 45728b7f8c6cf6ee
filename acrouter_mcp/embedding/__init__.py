"""Text to vectors, offline: the bundled model, any of fastembed's, or a folder, loaded in the background."""

from acrouter_mcp.embedding.background import BackgroundEmbedder, State
from acrouter_mcp.embedding.bundled import DEFAULT_MODEL
from acrouter_mcp.embedding.check import self_check
from acrouter_mcp.embedding.model import load
from acrouter_mcp.embedding.protocol import Embedder

__all__ = ["DEFAULT_MODEL", "BackgroundEmbedder", "Embedder", "State", "load", "self_check"]
