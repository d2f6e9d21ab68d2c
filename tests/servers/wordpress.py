"""WordPress as Debian packages it, with MariaDB, out of a folder: nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tests.servers.installed import debian_packages
from tests.servers.process import serving

USER = "editor"
SITE = "usr/share/wordpress"
PACKAGES = (
    *("wordpress", "php-cli", "php-mysql", "php-gd", "php-xml", "php-mbstring"),
    "mariadb-server-core",
)
EXTENSIONS = (
    *("mysqlnd", "mysqli", "ctype", "dom", "exif", "fileinfo", "gd", "iconv", "mbstring"),
    *("simplexml", "tokenizer", "xml", "xmlreader"),
)
CONFIGURATION = """<?php
foreach (['DB_HOST', 'WP_HOME', 'WP_SITEURL', 'WP_CONTENT_DIR', 'WP_CONTENT_URL'] as $name) {
    define($name, getenv($name));
}
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
SETUP = """
define('WP_INSTALLING', true);
$server = new mysqli('localhost', 'root', '', '', 0, getenv('DB_SOCKET'));
$server->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install('한강 블로그', getenv('WP_USER'), 'editor@blog.example', true, '', 'a password');
update_option('permalink_structure', '/%postname%/');
$user = get_user_by('login', getenv('WP_USER'));
$user->set_role('author');
[$password] = WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 't']);
wp_delete_post(1, true);
echo $password;
"""


@dataclass(frozen=True)
class Site:
    """A running site; `password` is an application password of its author."""

    port: int
    password: str

    def posts(self) -> list[Any]:
        """List what is published, oldest first."""
        return self._listed("posts", order="asc", context="edit")

    def media(self, number: int) -> Any:
        (found,) = self._listed("media", include=str(number))
        return found

    def tags(self, numbers: list[int]) -> list[str]:
        named = self._listed("tags", include=",".join(map(str, numbers)))
        return sorted(tag["name"] for tag in named)

    def clear(self) -> None:
        for post in self.posts():
            url = f"http://127.0.0.1:{self.port}/wp-json/wp/v2/posts/{post['id']}?force=true"
            requests.delete(url, auth=(USER, self.password), timeout=20).raise_for_status()

    def _listed(self, kind: str, **query: str) -> list[Any]:
        url = f"http://127.0.0.1:{self.port}/wp-json/wp/v2/{kind}"
        answer = requests.get(url, params=query, auth=(USER, self.password), timeout=20)
        answer.raise_for_status()
        found: list[Any] = answer.json()
        return found


def missing() -> str:
    """Name what a machine lacks to run the site; "" where nothing does."""
    tools = [tool for tool in ("apt-get", "dpkg-deb") if not shutil.which(tool)]
    return f"no {' and no '.join(tools)}: the packages come from Debian" if tools else ""


@contextmanager
def wordpress(folder: Path) -> Iterator[Site]:
    """Run database and site with their data in `folder`."""
    files = {f"{SITE}/wp-config.php": CONFIGURATION}
    root = debian_packages("wordpress", *PACKAGES, files=files)
    socket = folder / "mysql.sock"
    with _database(root, folder, socket):
        (folder / "content").mkdir()
        (folder / "content" / "themes").symlink_to(_site(root) / "wp-content" / "themes")
        passwords: list[str] = []

        def command(port: int) -> list[str | Path]:
            settings = _settings(root, folder, socket, port)
            if not passwords:
                setup = [*_php(root), "-r", SETUP]
                passwords.append(_said(setup, {**os.environ, **settings}, _site(root)))
            named = [f"{name}={value}" for name, value in settings.items()]
            return ["env", *named, *_php(root), "-S", f"127.0.0.1:{port}", "-t", _site(root)]

        with serving(folder, command, cwd=_site(root)) as port:
            yield Site(port, passwords[0])


@contextmanager
def _database(root: Path, folder: Path, socket: Path) -> Iterator[None]:
    data, base = folder / "data", root / "usr"
    common = ["--no-defaults", f"--basedir={base}", f"--datadir={data}", *_as_user()]
    environment = {**os.environ, **_libraries(root)}
    options = ["--skip-test-db", "--auth-root-authentication-method=normal"]
    _said([base / "bin" / "mariadb-install-db", *common, *options], environment, folder)
    shown = [f"{name}={value}" for name, value in _libraries(root).items()]

    def command(port: int) -> list[str | Path]:
        where = [f"--socket={socket}", f"--port={port}", "--bind-address=127.0.0.1"]
        return ["env", *shown, base / "sbin" / "mariadbd", *common, *where]

    with serving(folder, command):
        yield


def _as_user() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _site(root: Path) -> Path:
    return root / SITE


def _php(root: Path) -> list[str | Path]:
    (program,) = root.glob("usr/bin/php[0-9].[0-9]")
    (module,) = root.glob("usr/lib/php/*/mysqli.so")
    values = [f"extension_dir={module.parent}", *(f"extension={name}" for name in EXTENSIONS)]
    return [program, "-n", *(f"-d{value}" for value in values)]


def _libraries(root: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": ":".join(map(str, root.glob("usr/lib/*-linux-gnu*")))}


def _settings(root: Path, folder: Path, socket: Path, port: int) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}"
    return {
        **_libraries(root),
        "DB_HOST": f"localhost:{socket}",
        "DB_SOCKET": str(socket),
        "WP_HOME": url,
        "WP_SITEURL": url,
        "WP_USER": USER,
        "WP_CONTENT_DIR": str(folder / "content"),
        "WP_CONTENT_URL": f"{url}/content",
    }


def _said(command: list[str | Path], environment: Mapping[str, str], cwd: Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout
