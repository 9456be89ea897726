"""Speaking: the secret of each channel, the files of guard and replies, whether people can do their part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from console.credentials import CredentialError, directory_of, find_secret, wanted_by_channel
from console.doctor.credentials import is_the_services
from console.doctor.finding import Finding, note, ok, problem
from console.paths import DataPaths
from console.roles import MACHINE, Accounts, holders
from console.settings import Settings
from console.work import RANKS
from feeds.addresses import host_of
from feeds.channel import Channel
from feeds.source import Source

AREA = "answers"


def examine_channels(
    settings: Settings, paths: DataPaths, env: Mapping[str, str], accounts: Accounts = MACHINE
) -> Iterator[Finding]:
    """Look at everything that an answer needs before it can be said."""
    if settings.desk.exercise:
        yield note(
            AREA,
            "an EXERCISE: every channel is a dry run",
            "Take `exercise` out of [desk] to speak in earnest.",
        )
    elif not settings.channels:
        yield note(
            AREA, "the settings name no channel: all is a dry run", "Name one under [channels.NAME] to speak."
        )
    for channel in settings.channels:
        yield from _secret(channel, settings, paths, env)
    yield from _guard(settings.answers.guard)
    yield from _replies(settings.answers.replies)
    yield from _roles(settings, accounts)
    yield from _two_people(settings, accounts)


def _secret(
    channel: Channel, settings: Settings, paths: DataPaths, env: Mapping[str, str]
) -> Iterator[Finding]:
    wanted, needed = wanted_by_channel(channel)
    directory = directory_of(settings)
    source = next((one for one in settings.sources if one.name == channel.name), None)
    if wanted and source is not None and not _one_server(source, channel):
        text = f"source and channel {channel.name} have one name, so both servers are shown the same secret"
        yield problem(AREA, text, "Give one of them another name, and each a secret of its own.")
    place = (directory or Path("credentials")) / channel.name
    if not wanted:
        yield ok(AREA, f"channel {channel.name} ({channel.kind}) needs no secret")
        return
    try:
        if is_the_services(place, paths):
            yield ok(AREA, f"channel {channel.name} has {place}, for the service alone")
            return
        found = find_secret(channel.name, settings, env)
    except CredentialError as error:
        yield problem(AREA, f"channel {channel.name}: {error.what}", error.mend)
        return
    if found is not None:
        yield ok(AREA, f"channel {channel.name} has its secret from {found.place}")
        return
    text = f"channel {channel.name} has no secret that is to be found from here"
    mend = (
        f"Put {wanted} into {place}, alone on a line, mode 0600, owned by the service's user. What the "
        "service sees, `watchfloor channels` tells."
    )
    yield note(AREA, text if needed else f"{text}, and may do without", mend)


def _one_server(source: Source, channel: Channel) -> bool:
    """Whether both sign in at one place; Bluesky's sign in wherever their account is kept."""
    if source.kind == channel.kind == "bluesky":
        return source.account == channel.account
    return host_of(source.address) == host_of(channel.address)


def _guard(file: Path | None) -> Iterator[Finding]:
    from console.workflow.guard import load_guard

    try:
        load_guard(file)
    except (ValueError, OSError) as error:
        yield problem(
            AREA, f"the guard cannot be asked: {error}", f"Mend {file}: nothing is said without it."
        )
    else:
        yield ok(AREA, f"the guard has its rules{f' and those of {file}' if file else ''}")


def _replies(directory: Path | None) -> Iterator[Finding]:
    from console.workflow.templates import TemplatesError, load_templates

    try:
        known = load_templates(directory)
    except TemplatesError as error:
        for mistake in error.mistakes:
            yield problem(AREA, f"canned replies: {mistake}", "Mend the file, or take it away.")
    else:
        yield ok(
            AREA, f"{len(known.all)} canned replies{f', with those in {directory}' if directory else ''}"
        )


def _roles(settings: Settings, accounts: Accounts) -> Iterator[Finding]:
    """Members that the machine does not know, and roles that therefore nobody has."""
    for role in settings.roles:
        unknown = [name for name in role.members if not holders([name], accounts)]
        if len(unknown) == len(role.members):
            text = f"the role {role.name} is nobody's here: {', '.join(unknown) or 'it names no member'}"
            yield problem(AREA, text, "Mend the names under [roles], or make these accounts and groups.")
        elif unknown:
            text = f"the role {role.name} names whom this machine does not know, or groups without members"
            yield note(AREA, f"{text}: {', '.join(unknown)}", "Mend the names under [roles].")


def _two_people(settings: Settings, accounts: Accounts) -> Iterator[Finding]:
    """Whether a second person can be found wherever the settings ask for one."""
    given = settings.answers
    asked = bool(
        given.second_tiers or given.second_channels or given.second_roles or given.second_guard != "never"
    )
    if not asked:
        return
    named = [role for role in settings.roles if role.name in RANKS]
    if not named:
        yield note(
            AREA,
            "a second person has to approve, and [roles] names nobody: only root and the service's user may",
            'Name them under [roles]: approve = ["ana", "@duty-leads"].',
        )
        return
    approve = holders(
        [one for role in named if role.name in ("approve", "lead") for one in role.members], accounts
    )
    speak = approve | holders(
        [one for role in named if role.name == "respond" for one in role.members], accounts
    )
    mend = 'Give somebody else the role: approve = ["ana", "@duty-leads"] under [roles].'
    if not approve or len(speak) < 2:
        yield problem(AREA, "a second person has to approve, and there is none with the role `approve`", mend)
    elif len(approve) == 1:
        yield note(AREA, "one person alone may approve: what that one writes, nobody can", mend)
    else:
        yield ok(AREA, f"{len(approve)} people may approve what others write")
