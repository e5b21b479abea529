"""The commands, as a person and a machine call them."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT, write
from threadpoolctl import threadpool_info, threadpool_limits
from typer.testing import CliRunner

from indexer.__main__ import app as indexer_app

README = (ROOT / "README.md").read_text("utf-8")


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=120)


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """An index made by the real command over two documents, one of them broken."""
    folder = tmp_path_factory.mktemp("commands")
    write(folder / "library", {"acte.md": "# Convention de baignade\n\nTrois sites ouvrent."})
    (folder / "library/casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    done = run("indexer", "update", folder / "library", "--index", folder / "index", "--json")
    assert done.returncode == 1, done.stderr
    return folder / "index", json.loads(done.stdout)


def test_update_reports_what_it_did_and_what_it_could_not_read(
    updated: tuple[Path, dict[str, object]],
) -> None:
    _, report = updated
    assert report["added"] == ["acte.md"]
    assert list(report["failures"]) == ["casse.pdf"]  # type: ignore[call-overload]
    assert report["embedded"] == report["passages"] == 1


def test_what_failed_can_be_tried_again(
    updated: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    index = shutil.copytree(updated[0], tmp_path / "index")
    again = run("indexer", "retry", "casse.pdf", "--index", index)
    assert again.returncode == 1
    assert f"python -m indexer retry --index {index}" in again.stderr
    status = run("indexer", "status", "--index", index).stdout
    assert "Génération 1 " in status
    assert "Documents indexés : 1, lus en partie : 0, " in status
    assert "à océriser : 0, en échec : 1, gardés d'une version antérieure : 0" in status
    assert "Non lu : casse.pdf est endommagé : exportez-le de nouveau. [depuis le " in status
    assert " ; 2 essais, le dernier le " in status
    other = run("indexer", "retry", "autre.pdf", "--index", index)
    assert other.returncode == 2
    assert "« autre.pdf » n'est pas à relire ; à relire : casse.pdf" in other.stderr


def test_status_verify_and_documents_speak_json(updated: tuple[Path, dict[str, object]]) -> None:
    index, _ = updated
    status = json.loads(run("indexer", "status", "--index", index, "--json").stdout)
    assert (status["generation"], status["documents"]) == (1, 1)
    assert "casse.pdf" in status["failures"]
    verified = run("indexer", "verify", "--index", index, "--json")
    assert json.loads(verified.stdout) == {"generation": 1, "problems": []}
    (line,) = run("indexer", "documents", "--index", index, "--json").stdout.splitlines()
    assert json.loads(line)["title"] == "Convention de baignade"


def test_verify_fails_on_a_damaged_file(
    updated: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    index = shutil.copytree(updated[0], tmp_path / "index")
    path = index / "generations/000001/dense.faiss"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    done = run("indexer", "verify", "--index", index)
    assert done.returncode == 2
    assert "dense.faiss" in done.stderr
    assert "python -m indexer rollback" in done.stderr
    assert "--rebuild" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["indexer", "update", "/nulle/part", "--index", "/tmp/x"], {}, "« /nulle/part » n'existe"),
        (["indexer", "status", "--index", "/nulle/part"], {}, "Aucun index dans « /nulle/part »"),
        (["indexer", "rollback", "--index", "INDEX"], {}, "générations gardées : 1"),
        (
            ["indexer", "rollback", "--to", "99", "--index", "INDEX"],
            {},
            "génération 99 n'est pas g",
        ),
        (["indexer", "status"], {"ENTENTE_TRUC": "1"}, "ENTENTE_TRUC est inconnu"),
        (["service"], {"ENTENTE_PORT": "abc"}, "ENTENTE_PORT = « abc »"),
        (
            ["service"],
            {"ENTENTE_OFF": "late, vite"},
            "ENTENTE_OFF = « vite » : valeurs admises : dense, lexical, title, late",
        ),
        (["eval", "gate"], {"ENTENTE_OFF": "late, title"}, "ENTENTE_OFF = « late, title » : cette"),
        (["eval", "calibrate", "."], {"ENTENTE_OFF": "late"}, "ENTENTE_OFF = « late » : cette"),
        (["eval", "retrieval", "/nulle/part"], {}, "n'est pas un jeu de questions"),
    ],
)
def test_wrong_use_is_explained_in_french_with_exit_code_2(
    arguments: list[str],
    environment: dict[str, str],
    message: str,
    updated: tuple[Path, dict[str, object]],
) -> None:
    given = [str(updated[0]) if a == "INDEX" else a for a in arguments]
    done = run(*given, **environment)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("indexer updat x", "la commande « updat » est inconnue ; voyez update"),
        ("indexer zzz", "la commande « zzz » est inconnue"),
        ("indexer update", "il manque l'argument DOSSIER"),
        ("indexer update a b", "« b » est de trop"),
        (
            "indexer update a --indx b",
            "l'option « --indx » est inconnue ; voyez --index",
        ),
        ("indexer update a --index", "l'option --index demande une valeur"),
        ("indexer update a --rebuild=oui", "l'option --rebuild ne prend pas de valeur"),
        ("indexer watch a --settle vite", "--settle = « vite » : un nombre est attendu"),
        ("indexer watch a --settle 0.01", "--settle = « 0.01 » : au moins 0,1"),
        ("indexer rollback --to hier", "--to = « hier » : un nombre entier est attendu"),
        ("indexer watch /nulle/part", "« /nulle/part » n'existe pas"),
        ("service --prot 80", "l'option « --prot » est inconnue ; voyez --host, --port"),
        ("service --port abc", "--port = « abc » : un nombre entier est attendu"),
        ("service --port", "l'option --port demande une valeur"),
        ("service index", "« index » est de trop"),
        ("service --index /nulle/part", "Aucun index dans « /nulle/part »"),
        ("eval retreival x", "la commande « retreival » est inconnue ; voyez retrieval"),
        ("eval retrieval", "il manque l'argument JEU"),
        ("eval retrieval x --jsn", "l'option « --jsn » est inconnue ; voyez --json"),
        (
            "eval retrieval x --method zz",
            "--method = « zz » : valeurs admises : convex, rrf, dense",
        ),
        ("eval ocr x --pages 0", "--pages = « 0 » : au moins 1"),
        ("eval torture /nulle/part", "« /nulle/part » n'existe pas"),
    ],
)
def test_a_usage_error_is_in_french_with_exit_code_2(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, told = call(capsys, *arguments.split())
    assert (code, shown) == (2, "")
    assert message in told
    assert told.startswith("Erreur : ")
    assert not ENGLISH.findall(told)


ENGLISH = re.compile(
    r"(?i)\b(error|try|for help|no such|missing|invalid|value|show this|commands|usage:|default"
    r"|required|traceback|range|path|str|int)\b"
)


def call(capsys: pytest.CaptureFixture[str], room: str, *arguments: str) -> tuple[int, str, str]:
    """A command in this process, which has its libraries already: exit code, stdout, stderr."""
    app = import_module(f"{room}.__main__").app
    with pytest.raises(SystemExit) as ended:
        app(list(arguments), prog_name=f"python -m {room}")
    return int(ended.value.code or 0), *capsys.readouterr()


def test_a_command_leaves_the_cores_to_the_model() -> None:
    with threadpool_limits(2, user_api="blas"):
        assert CliRunner().invoke(indexer_app, ["status", "--index", "/nulle/part"]).exit_code == 2
        threads = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
        assert set(threads) == {1}


@pytest.mark.parametrize("room", ["indexer", "service", "eval"])
def test_help_is_in_french_for_each_command(room: str, capsys: pytest.CaptureFixture[str]) -> None:
    app = import_module(f"{room}.__main__").app
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    for name in [[], *([name] for name in names if room != "service")]:
        code, shown, _ = call(capsys, room, *name, "--help")
        assert code == 0
        assert shown.startswith(" ".join(["Usage : python -m", room, *name, "[OPTIONS]"]))
        assert "Options :" in shown
        assert "Affiche cette aide." in shown
        assert not ENGLISH.findall(shown), shown


def test_a_port_in_use_is_told_without_an_index(capsys: pytest.CaptureFixture[str]) -> None:
    """`make serve` asks so before it brings the index in step."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, _, told = call(capsys, "service", "--check", "--port", port)
        assert code == 2
        assert f"port {port} (un autre programme l'occupe" in told
    assert call(capsys, "service", "--check", "--port", port) == (0, "", "")


def test_without_a_command_the_help_is_shown() -> None:
    done = run("indexer")
    assert done.returncode == 2
    assert done.stderr.startswith("Usage : python -m indexer [OPTIONS] COMMANDE [ARGUMENTS]")
    assert "Commandes :\n  update " in done.stderr


@pytest.mark.parametrize("room", ["indexer", "eval"])
def test_every_command_is_in_the_readme(room: str) -> None:
    app = import_module(f"{room}.__main__").app
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert names
    for name in names:
        assert f"`python -m {room} {name}" in README
