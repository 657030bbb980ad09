"""Where the embedded servers live: their data, their sockets, their binaries, and the account they run as."""

import errno
import hashlib
import os
import pwd
import re
import shutil
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
# A socket's path may have 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET = 100
NAME_OF_LONGEST_SOCKET = ".s.PGSQL.5432"
# Left where the data was asked for when it had to be put elsewhere.
NOTE = "README"


class CannotStart(Exception):
    """An embedded server cannot be used; the message says why and what to do, in words for a person."""


@dataclass(frozen=True)
class Account:
    """The operating system's user that the servers run as."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def process_options(self) -> dict[str, Any]:
        """Return arguments for `subprocess` that run the program as this account, in a folder it may be in."""
        switch = {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}
        # A server must not be led by what is meant for its clients (PGDATA, PGPORT …) or by an unknown locale.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {"cwd": "/", "env": {**environment, "LC_ALL": "C"}, **switch}


@dataclass(frozen=True)
class Place:
    """The folders of one set of servers. Two processes that name the same data folder share the servers."""

    data: Path
    sockets: Path
    account: Account
    # Where the data was asked for; `data` is elsewhere when the account cannot get there.
    wanted: Path

    def prepare(self) -> None:
        """Make the folders. Raises CannotStart when one of them is somebody else's."""
        if self.data != self.wanted:
            own_folder(self.data, Account(0, 0), 0o755)
        for folder in {self.data, self.wanted}:
            open_folder(folder)
        own_folder(self.sockets, self.account, 0o700)
        if self.data != self.wanted:
            note = f"PostgreSQL does not run as root, and its user cannot enter here. The data is in {self.data}\n"
            (self.wanted / NOTE).write_text(note, encoding="utf-8")


def place(wanted: Path | None = None) -> Place:
    """Return where the servers of `wanted` live (default: SKRANKE_DATA, else `.data` in the checkout)."""
    wanted = Path(wanted or os.environ.get("SKRANKE_DATA") or CHECKOUT / ".data").expanduser().resolve()
    data = wanted
    if os.geteuid() == 0 and not is_open_to_all(wanted):
        data = Path("/var/tmp") / f"skranke-{digest(str(wanted))}"  # noqa: S108  (ownership is checked in own_folder)
    return Place(data, sockets_of(data), account_for(data), wanted)


def account_for(data: Path) -> Account:
    """PostgreSQL refuses to run as root: root's servers run as whoever owns the data, or as an unprivileged user."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for folder in (data, data / "postgres"):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(user.pw_uid, user.pw_gid)
    return Account(65534, 65534)


def sockets_of(data: Path) -> Path:
    """Return the folder for sockets: beside the data, unless that path is too long or would need quoting in a URL."""
    beside = data / "sockets"
    is_short = len(os.fsencode(beside / NAME_OF_LONGEST_SOCKET)) <= LONGEST_SOCKET
    if is_short and re.fullmatch(r"[\w/.-]+", str(beside), re.ASCII):
        return beside
    # Not TMPDIR or XDG_RUNTIME_DIR: they differ between a desktop, ssh and cron, and all must find the same socket.
    return Path("/tmp") / f"skranke-{os.geteuid()}-{digest(str(data))}"  # noqa: S108  (ownership is checked)


def open_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "it belongs to another user")
    except OSError as error:
        raise CannotStart(f"{path} cannot be used: {error.strerror}. Set SKRANKE_DATA to a folder of yours.") from error


def own_folder(path: Path, account: Account, mode: int) -> None:
    """Make the folder for the account. Refuses one that another user made before us (in /tmp anyone may)."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            path.chmod(mode)
            os.chown(path, account.uid, account.gid)
            return
    except OSError as error:
        raise CannotStart(f"{path} cannot be used: {error.strerror}. Set SKRANKE_DATA to a folder of yours.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise CannotStart(f"{path} belongs to another user. Remove it, or set SKRANKE_DATA to a folder of yours.")


def is_open_to_all(path: Path) -> bool:
    """Whether every user may pass through the folders on the way to `path` (the part of it that exists)."""
    folders = [path, *path.parents] if path.is_dir() else list(path.parents)
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())


def runnable_by(account: Account, package: Path, program: str) -> Path:
    """Return a program of an installed package, or of a copy of the package where the account can reach it.

    Root's own home is closed to others, and so is what root installs under a strict umask.
    """
    installed = package / program
    if account.is_ours or (is_open_to_all(installed.parent) and installed.stat().st_mode & stat.S_IXOTH):
        return installed
    made = installed.stat().st_mtime_ns
    copies = Path("/var/tmp") / f"skranke-{digest(f'{package} {made}')}"  # noqa: S108  (ownership is checked)
    own_folder(copies, Account(0, 0), 0o755)
    # Wheels keep the libraries that they bring in a folder beside the package, and find them there.
    for folder in (package.with_name(f"{package.name}.libs"), package):
        if folder.exists() and not (copies / folder.name).exists():
            copy_for_all(folder, copies / folder.name)
    return copies / package.name / program


def copy_for_all(folder: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}-{os.getpid()}")
    needless = shutil.ignore_patterns("include", "pgxs", "*.a", "doc", "__pycache__")
    shutil.copytree(folder, unfinished, symlinks=True, ignore=needless)
    for path in [unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:
        # Another checkout that shares the installation was quicker.
        shutil.rmtree(unfinished)


def installed_package(name: str) -> Path:
    """Return the folder of an installed package, without importing it. Raises CannotStart when there is none."""
    spec = find_spec(name)
    if not spec or not spec.submodule_search_locations:
        raise CannotStart(f"{name} is not installed. Run make demo, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.submodule_search_locations[0])


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
