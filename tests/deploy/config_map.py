"""A folder that changes as a mounted ConfigMap does: names are links into `..data`, and `..data` is swapped at once."""

from __future__ import annotations

from pathlib import Path


class ConfigMapMount:
    """`files` are its keys with their contents."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        self._files, self._version = dict(files), 0
        folder.mkdir(parents=True)
        self._write()
        for name in files:
            (folder / name).symlink_to(f"..data/{name}")

    def __getitem__(self, name: str) -> str:
        return self._files[name]

    def update(self, name: str, content: str) -> None:
        """What the kubelet does about a minute after `kubectl apply`."""
        self._files[name] = content
        self._write()

    def _write(self) -> None:
        self._version += 1
        content = self.folder / f"..version{self._version}"
        content.mkdir()
        for name, text in self._files.items():
            (content / name).write_text(text, encoding="utf-8")
        (self.folder / "..data_tmp").symlink_to(content.name)
        (self.folder / "..data_tmp").rename(self.folder / "..data")
