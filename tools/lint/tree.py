"""The files of a checkout, as git sees them."""

import os
import subprocess

from source import Source

SKIPPED_FOLDERS = (".git", "node_modules", "__pycache__")


class Tree:
    """A root folder, its file paths (relative, with `/`) and their sources, read when needed."""

    def __init__(self, root):
        self.root = root
        listed = _git_files(root) if (root / ".git").exists() else None
        self.paths = sorted(_walk(root) if listed is None else listed)
        self._sources = {}

    def source(self, path):
        """The Source of one path, or None when it is not text."""
        if path not in self._sources:
            self._sources[path] = self._read(path)
        return self._sources[path]

    def _read(self, path):
        try:
            text = (self.root / path).read_bytes().decode("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):  # deleted meanwhile; not text
            return None
        return None if "\0" in text[:8192] else Source(path, text.replace("\r\n", "\n"), self)


def _git_files(root):
    """Tracked files and untracked ones that are not ignored; None when git will not say."""
    # A git hook exports GIT_DIR and friends, which would name another repository than `root`.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, env=environment, check=False)
    if listing.returncode != 0:
        return None
    names = {os.fsdecode(name) for name in listing.stdout.split(b"\0") if name}
    return [name for name in names if _is_plain_file(root / name)]


def _walk(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith("build")]
        for name in files:
            path = os.path.join(folder, name)
            if _is_plain_file(path):
                yield os.path.relpath(path, root).replace(os.sep, "/")


def _is_plain_file(path):
    return os.path.isfile(path) and not os.path.islink(path)
