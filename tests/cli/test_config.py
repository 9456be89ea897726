"""Writing, finding and checking the settings from a shell; the place list too."""

from __future__ import annotations

from tests.cli.shell import Shell


def test_init_writes_a_file_that_validates_and_never_overwrites_one(shell: Shell) -> None:
    assert shell.run("config", "path").err == "none: the defaults hold\n"
    written = shell.run("config", "init")
    path = shell.home / ".config/watchfloor/settings.toml"
    assert written.text == f"{path}\n"
    assert shell.run("config", "path").text == f"{path}\n"
    assert shell.run("config", "validate").code == 0
    again = shell.run("config", "init")
    assert again.code == 1
    assert "left alone" in again.err
    assert shell.run("config", "init", "--print").text == path.read_text(encoding="utf-8")


def test_init_writes_where_it_is_told(shell: Shell) -> None:
    assert shell.run("config", "init", "here.toml").code == 0
    assert shell.run("--config", "there.toml", "config", "init").code == 0
    assert shell.run("--config", "there.toml", "config", "path").text == f"{shell.home / 'there.toml'}\n"


def test_validate_looks_into_the_files_that_the_settings_name(shell: Shell) -> None:
    path = shell.settings('[desk]\nplaces = "places.csv"\nrules = "rules.toml"\n')
    (path.parent / "rules.toml").write_text("nonsense = 1\n")
    (path.parent / "places.csv").write_bytes(b"name,aliases,area\nMill Street,,\nMill Street,,\n\xff\xfe,,\n")
    ran = shell.run("config", "validate")
    assert ran.code == 2
    assert "places.csv" in ran.err
    assert "nonsense" in ran.err


def test_places_are_imported_listed_and_merged(shell: Shell) -> None:
    shell.settings('[desk]\nplaces = "places.csv"\n')
    target = shell.home / ".config/watchfloor/places.csv"
    first, second = shell.home / "first.csv", shell.home / "second.csv"
    first.write_text("name,aliases,area\nMill Street,the mill,Riverton\nOak School,,Riverton\n")
    second.write_text("name,aliases,area\nmill street,Mill St,Riverton\nMain Road,,\n")
    dry = shell.run("places", "import", first, "--dry-run")
    assert dry.text == "would be: 2 new, 0 changed, 2 in all; nothing was changed\n"
    assert not target.exists()
    ran = shell.run("places", "import", first)
    assert ran.text == "2 new, 0 changed, 2 in all; the service reads them when it starts\n"
    assert "1 new, 1 changed, 3 in all" in shell.run("places", "import", second).text
    assert shell.run("places", "list").text.splitlines()[0] == "Mill Street\tRiverton\tthe mill; Mill St"


def test_places_need_a_list_to_go_into(shell: Shell) -> None:
    (shell.home / "first.csv").write_text("name,aliases,area\nMill Street,,\n")
    ran = shell.run("places", "import", "first.csv")
    assert ran.code == 2
    assert "`watchfloor config init` writes one" in ran.err


def test_a_list_that_no_setting_names_lies_beside_the_settings(shell: Shell) -> None:
    (shell.home / "first.csv").write_text("name,aliases,area\nMill Street,,\n")
    assert shell.run("config", "init").code == 0
    assert shell.run("config", "validate").code == 0
    assert shell.run("places", "import", "first.csv").code == 0
    assert shell.run("places", "list").text == "Mill Street\t\t\n"
