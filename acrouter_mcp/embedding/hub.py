"""Models that fastembed knows by name: found in the local cache, downloaded only where that is allowed."""

import difflib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from acrouter_mcp.embedding.bundled import DEFAULT_MODEL
from acrouter_mcp.embedding.files import REGISTERED, TOKENIZER, TOKENIZER_CONFIG, ModelFiles
from acrouter_mcp.errors import EmbedderUnavailable

_log = logging.getLogger(__name__)

PROBE_TIMEOUT_S = 5.0
_OPTIONAL = (TOKENIZER_CONFIG, "config.json", "special_tokens_map.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """One of fastembed's models: its name, the repository it lies in, and which files of it are needed."""

    name: str
    repository: str
    weights: str
    files: tuple[str, ...]
    size_gb: float


def find(name: str) -> HubModel | None:
    """Return the model that fastembed has under this name (in any case of letters), if any."""
    return _models().get(name.lower())


def unknown(name: str) -> EmbedderUnavailable:
    """Return the refusal of a name that is neither a model nor a folder, with the nearest names that are."""
    names = [DEFAULT_MODEL, *(model.name for model in _models().values())]
    by_tail = {word.rpartition("/")[2].lower(): word for word in reversed(names)}
    by_name = {word.lower(): word for word in names}
    lowered = name.lower()
    near = [by_tail[word] for word in difflib.get_close_matches(lowered, by_tail, n=1, cutoff=0.6)]
    near += [by_name[word] for word in difflib.get_close_matches(lowered, by_name, n=1, cutoff=0.6)]
    hint = " or ".join(f"'{word}'" for word in dict.fromkeys(near)) or f"'{DEFAULT_MODEL}', the default"
    return EmbedderUnavailable(
        f"embedder: unknown '{name}'; did you mean {hint}? "
        "It may be any text model of fastembed, or a folder with model.onnx and tokenizer.json"
    )


def locate(model: HubModel, *, download: bool) -> ModelFiles:
    """Return the model's files from the cache; what isn't there is fetched if `download`, else refused at once.

    Raises:
        EmbedderUnavailable: Not in the cache and not allowed, or not possible, to download.
    """
    snapshot = _cached(model)
    if snapshot is None:
        if not download:
            raise EmbedderUnavailable(
                f"embedder: '{model.name}' is not on this machine ({cache_dir()}) and downloading is off; "
                f"either run `acrouter-mcp doctor` once, online, with ACROUTER_EMBEDDER_DOWNLOAD=1 "
                f"({model.size_gb:g} GB), or unset ACROUTER_EMBEDDER for the bundled '{DEFAULT_MODEL}'"
            )
        snapshot = _download(model)
    return ModelFiles(name=model.name, weights=snapshot / model.weights, tokenizer=snapshot, builtin=True)


def cache_dir() -> Path:
    """Return where downloaded models lie: fastembed's own variable, else the platform's cache folder.

    fastembed's default is the temporary folder, which a restart empties: offline, that would lose the model.
    """
    chosen = os.environ.get("FASTEMBED_CACHE_PATH")
    return Path(chosen) if chosen else platformdirs.user_cache_path("acrouter-mcp") / "models"


def _models() -> dict[str, HubModel]:
    """Return fastembed's text models by lower-cased name; those registered at run time are not on any hub."""
    from fastembed import TextEmbedding  # 0.4 s: never before the server has answered

    return {
        entry["model"].lower(): HubModel(
            name=entry["model"],
            repository=entry["sources"]["hf"],
            weights=entry["model_file"],
            files=(entry["model_file"], *entry["additional_files"], TOKENIZER),
            size_gb=entry["size_in_GB"],
        )
        for entry in TextEmbedding.list_supported_models()
        if entry["sources"]["hf"] and not entry["model"].startswith(REGISTERED)
    }


def _cached(model: HubModel) -> Path | None:
    """Return the newest snapshot in the cache that has every file, without touching the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        snapshot = Path(snapshot_download(model.repository, cache_dir=cache_dir(), local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return snapshot if all((snapshot / file).is_file() for file in model.files) else None


def _download(model: HubModel) -> Path:
    """Fetch the model's files into the cache and return their folder.

    The hub is asked for the model's page first: fastembed's own way takes 40 s of retries to find out that there
    is no network, this one fails with the first refused connection.
    """
    from huggingface_hub import model_info, snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()  # a host shows what a server writes to stderr as trouble
    try:
        model_info(model.repository, timeout=PROBE_TIMEOUT_S)
        return Path(
            snapshot_download(model.repository, cache_dir=cache_dir(), allow_patterns=[*model.files, *_OPTIONAL])
        )
    except Exception:  # the hub's client raises those of whichever HTTP library it was built on
        _log.info("download of %s failed", model.repository, exc_info=True)
        raise EmbedderUnavailable(
            f"embedder: '{model.name}' is not on this machine ({cache_dir()}) and could not be downloaded; "
            f"try again online, or unset ACROUTER_EMBEDDER for the bundled '{DEFAULT_MODEL}'"
        ) from None
