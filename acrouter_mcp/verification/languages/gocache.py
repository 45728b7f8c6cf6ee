"""Go's build cache: warmed once, in the user's cache folder, and read-only in the sandbox."""

from __future__ import annotations

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import platformdirs

from acrouter_mcp import text as texts
from acrouter_mcp.verification.languages.tools import Program, ask

_COMMON = (
    *("bufio", "bytes", "container/heap", "container/list", "context", "encoding/json", "errors", "fmt", "io", "math"),
    *("math/big", "math/rand", "os", "path", "reflect", "regexp", "sort", "strconv", "strings", "sync", "sync/atomic"),
    *("testing", "text/tabwriter", "time", "unicode", "unicode/utf8"),
)
ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=mod",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "GO111MODULE": "on",
    "GOMAXPROCS": "2",
    "GOTELEMETRY": "off",
    "GOSUMDB": "off",
}
_WARM_S = 240.0


@lru_cache(maxsize=4)
def warm_cache(go: Program) -> Path | None:
    """Return the build cache with the standard library's usual packages in it; made at the first call (up to a minute).

    None where it can't be kept: then each run builds what it needs.
    """
    root = ask(str(go.path), "env", "GOROOT")
    if root is None:
        return None
    folder = Path(platformdirs.user_cache_dir("acrouter-mcp")) / f"go-{go.version}-{texts.digest(root)[:8]}"
    done = folder / "warm"
    if done.is_file():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="acrouter-") as place:
            imports = "\n".join(f'import _ "{one}"' for one in _COMMON)
            Path(place, "go.mod").write_text("module warm\n", encoding="utf-8")
            Path(place, "warm_test.go").write_text(
                f'package warm\n{imports}\nimport "testing"\nfunc TestX(*testing.T) {{}}\n', encoding="utf-8"
            )
            subprocess.run(
                [str(go.path), "test", "-vet=off", "-c", "-o", str(Path(place, "warm")), "."],
                cwd=place, check=True, capture_output=True, timeout=_WARM_S,
                env={**ENVIRONMENT, "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": place, "GOCACHE": str(folder)},
            )  # fmt: skip
        done.touch()
    except (OSError, subprocess.SubprocessError):
        return None
    return folder
