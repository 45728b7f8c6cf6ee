"""Which models there are: names and aliases, prices, priors, expected tokens."""

from acrouter_mcp.catalogue.catalogue import Catalogue, Listing
from acrouter_mcp.catalogue.names import EFFORTS, ModelRef
from acrouter_mcp.catalogue.schema import Price

__all__ = ["EFFORTS", "Catalogue", "Listing", "ModelRef", "Price"]
