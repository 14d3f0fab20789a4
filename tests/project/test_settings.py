"""The configuration: what is documented holds, and what is wrong is named with its line."""

import itertools
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.action_settings import Doing
from bot.cli import main
from bot.desk.agreements import Kind, Subject
from bot.mail_settings import Imap, Relay, Smtp
from bot.settings import ConfigError, Rule, Settings, Thing, Webhook, load
from bot.sla_settings import agreements_of
from bot.staffing_settings import Staffing
from bot.survey_settings import surveys_of
from nlp.understanding import Language

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"


def loaded(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ or {})


def refused(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, text, environ)
    return str(error.value).replace(f"{folder}/", "").splitlines()


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The example


def test_every_setting_is_in_the_example_with_its_default(nowhere: Path) -> None:
    example = loaded(nowhere, EXAMPLE.read_text())
    assert example == load(None, {})
    sections = {name: value for name, value in example if isinstance(value, BaseModel)}
    assert example.model_fields_set >= set(sections)
    for name, section in sections.items():
        fields = type(section).model_fields
        optional = {one for one, field in fields.items() if _is_a_table(field.annotation)}
        assert (name, section.model_fields_set) == (name, set(fields) - optional)


def _is_a_table(annotation: Any) -> bool:
    """That may be left out."""
    kinds = get_args(annotation)
    tables = [one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)]
    return bool(tables) and type(None) in kinds


def test_what_the_example_leaves_out_as_a_comment_is_right_too(nowhere: Path) -> None:
    text = (
        EXAMPLE.read_text().replace("#: ", "").replace("file:/etc/firstline/dkim.pem", "env:DKIM")
    )
    text = re.sub(r'dkim_(domain|selector) = ""', r'dkim_\1 = "x"', text)
    text = text.replace('user = ""', 'user = "x"')
    text = text.replace('public_url = ""', 'public_url = "https://desk.example.com"')
    secrets = re.findall(r"env:(\w+)", text)
    example = loaded(nowhere, text, dict.fromkeys(secrets, "s3cret"))
    imap = example.mail.mailbox["mail"].imap
    assert imap is not None
    tokens = {"token_file", "token_command"}
    assert imap.model_fields_set == set(Imap.model_fields) - tokens
    assert example.mail.relay.model_fields_set == set(Relay.model_fields) - tokens
    assert example.mail.smtp.model_fields_set == set(Smtp.model_fields)
    for name, section in example.phone:
        if isinstance(section, BaseModel):
            left_out = {"user", "password"} if name == "deepgram" else set()
            assert section.model_fields_set == set(type(section).model_fields) - left_out
    webhook, (rule,) = example.webhook["intranet"], example.rules
    assert webhook.model_fields_set == set(Webhook.model_fields)
    assert rule.model_fields_set == set(Rule.model_fields)
    assert example.action["create-account"].model_fields_set == set(Doing.model_fields)
    (thing,) = example.catalogue
    assert thing.model_fields_set == set(Thing.model_fields)
    given = {"secret": webhook.secret, "deliver_url": webhook.deliver_url}
    assert webhook == Webhook.model_validate(given)
    assert str(example.texts[Language.EN]["greeting"]).startswith("Hello")


def test_every_key_of_the_example_is_explained_above_it() -> None:
    lines = EXAMPLE.read_text().split("# Rules decide")[0].replace("#: ", "").splitlines()
    keys = [(above, line) for above, line in itertools.pairwise(lines) if re.match(r"\w+ = ", line)]
    assert len(keys) > 30
    assert [line for above, line in keys if not above.startswith("#")] == []


# Where values come from


def test_no_file_is_needed(nowhere: Path) -> None:
    settings = load(None, {})
    assert settings.web.port == 8080
    assert settings.database.address == f"sqlite:///{nowhere}/data/firstline.db"
    assert settings.knowledge.folder is None


def test_the_file_is_found_in_the_current_folder_or_by_its_name(nowhere: Path) -> None:
    (nowhere / "config.toml").write_text("[web]\nport = 1\n")
    (nowhere / "other.toml").write_text("[web]\nport = 2\n")
    (nowhere / "home").mkdir()
    (nowhere / "home" / "config.toml").write_text("[web]\nport = 3\n")
    named = {"FIRSTLINE_CONFIG": "other.toml", "FIRSTLINE_HOME": "home"}
    assert load(None, {}).web.port == 1
    assert load(None, named).web.port == 2
    assert load(Path("home/config.toml"), named).web.port == 3
    (nowhere / "config.toml").unlink()
    assert load(None, {"FIRSTLINE_HOME": "home"}).web.port == 3
    assert load(None, {"FIRSTLINE_HOME": "home"}).database.data_dir == nowhere / "home" / "data"


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    settings = loaded(
        tmp_path,
        '[database]\nurl = "sqlite:///desk.db"\ndata_dir = "/srv"\n[knowledge]\nfolder = "kb"\n',
    )
    assert settings.database.address == f"sqlite:///{tmp_path}/desk.db"
    assert settings.database.data_dir == Path("/srv")
    assert settings.knowledge.folder == tmp_path / "kb"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environ = {
        "FIRSTLINE_WEB__PORT": "9000",
        "FIRSTLINE_DESK__NAME": "123",
        "FIRSTLINE_CHAT__ENABLED": "false",
        "FIRSTLINE_WEB__TRUSTED_PROXIES": '["10.0.0.0/8"]',
        "FIRSTLINE_TEXTS__RU__GREETING": "Привет",
        "FIRSTLINE_VENV": "no setting",
    }
    settings = loaded(tmp_path, '[web]\nport = 1\nhost = "::1"\n', environ)
    assert (settings.web.port, settings.web.host, settings.desk.name) == (9000, "::1", "123")
    assert not settings.chat.enabled
    assert settings.web.trusted_proxies == ("10.0.0.0/8",)
    assert settings.texts[Language.RU]["greeting"] == "Привет"


# Secrets

HOOK = '[webhook.crm]\ndeliver_url = "https://crm.example/in"\nsecret = "{}"\n'


def test_a_secret_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    by_name = loaded(tmp_path, HOOK.format("env:CRM"), {"CRM": "from-the-environment"})
    by_file = loaded(tmp_path, HOOK.format("file:key"))
    assert by_name.webhook["crm"].secret.get_secret_value() == "from-the-environment"
    assert by_file.webhook["crm"].secret.get_secret_value() == "from-a-file"
    for settings in (by_name, by_file):
        assert "from-" not in repr(settings) + settings.model_dump_json()


def test_a_missing_secret_is_named_and_a_written_one_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert refused(tmp_path, HOOK.format("env:CRM")) == [
        "config.toml:3: webhook.crm.secret the environment variable CRM is not set"
    ]
    assert "No such file" in refused(tmp_path, HOOK.format("file:key"))[0]
    assert refused(tmp_path, HOOK.format("file:empty"))[0].endswith("empty is empty")
    (line,) = refused(tmp_path, HOOK.format("hunter2"))
    assert line.startswith('config.toml:3: webhook.crm.secret must be "env:NAME"')
    assert "hunter2" not in line


def test_the_password_of_the_database_is_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://desk:hunter2@db.example/desk"
    settings = loaded(tmp_path, '[database]\nurl = "env:DB"\n', {"DB": url})
    assert settings.database.address == url
    assert "hunter2" not in repr(settings)
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{url}"\n')
    assert main(["--config", str(tmp_path / "config.toml"), "config", "check"]) == 0
    assert 'url = "postgresql://desk:**********@db.example/desk"' in capsys.readouterr().out
    assert "hunter2" not in "".join(
        refused(tmp_path, '[database]\nurl = "mysql://a:hunter2@b/c"\n')
    )


# What is wrong


def test_everything_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    text = """
[web]
prot = 8080
port = 99999

[log] # a comment
level = "inf"
[conversation]
suggest_threshold = "high"
[desks]
"""
    assert refused(tmp_path, text, {"FIRSTLINE_CHAT__MAX_TEXT": "many"}) == [
        'config.toml:4: web.port must be a whole number at least 0 and at most 65535 (is "99999")',
        "config.toml:3: web.prot is not known. Did you mean port? Known here: "
        "host, port, public_url, trusted_proxies, session_hours",
        "environment variable FIRSTLINE_CHAT__MAX_TEXT: chat.max_text must be a whole number "
        'at least 1 (is "many")',
        "config.toml:9: conversation.suggest_threshold must be a number at least 0 and at most 1 "
        '(is "high")',
        'config.toml:7: log.level must be one of debug, info, warning, error (is "inf"). '
        "Did you mean info?",
        "config.toml:10: desks is not known. Did you mean desk? Known here: "
        + ", ".join(Settings.model_fields),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[web]\nport = \n", "config.toml:2: is not TOML"),
        ('[web]\nhost = "a"\nhost = "b"\n', "config.toml:3: is not TOML"),
        ("web = 3\n", "config.toml:1: web must be a table with host, port"),
        (
            '[desk]\nlanguage = "English"\n',
            "config.toml:2: desk.language must be one of en, ru, zh",
        ),
        ('[desk]\ntimezone = "Europe/Belin"\n', "Did you mean Europe/Berlin?"),
        ("[desk]\nqueues = []\n", "config.toml:2: desk.queues must not be empty"),
        (
            '[desk]\nqueues = [\n  "a",\n  3,\n]\n',
            "config.toml:2: desk.queues.2 must be a text in quotes",
        ),
        (
            '[desk]\nhours = { de = "9-18" }\n',
            "config.toml:2: desk.hours.de must be one of en, ru, zh",
        ),
        ('[texts.fr]\nhi = "Salut"\n', "config.toml:1: texts.fr must be one of en, ru, zh"),
        ("[chat]\nenabled = 7\n", 'config.toml:2: chat.enabled must be true or false (is "7")'),
        ('[chat]\nembed_origins = ["x.example"]\n', "chat.embed_origins.1 must begin with http://"),
        ('[web]\ntrusted_proxies = ["proxy"]\n', "must be an address or a network"),
        ('[webhook.CRM]\nsecret = "env:X"\n', "config.toml:1: webhook.CRM is a name that must be"),
        ('[webhook.crm]\nsecret = "env:X"\n', "config.toml:1: webhook.crm.deliver_url is missing"),
        (
            "[outbox]\nattempts = 8\nlongest_retry_seconds = 1\n",
            "config.toml:1: outbox longest_retry",
        ),
        ('[database]\nurl = "mysql://x"\n', 'config.toml:2: database.url must be "sqlite"'),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in "\n".join(refused(tmp_path, text, {"X": "secret"}))


RULES = """
[[rules]] # the first is right
name = "right"
when = { words = ["a"] }
then = { priority = "high" }

[[rules]]
name = '''
strange [[name]]
'''
[rules.when]
pattern = "VPN("
hours = "18-8"
[rules.then]
prioritty = "high"
"""


def test_in_rules_the_line_is_that_of_the_rule_in_question(tmp_path: Path) -> None:
    wrong = refused(tmp_path, RULES)
    assert wrong[0].startswith("config.toml:12: rules.2.when.pattern is no regular expression")
    assert wrong[1].startswith("config.toml:13: rules.2.when.hours must be two times of day")
    assert wrong[2].startswith(
        "config.toml:15: rules.2.then.prioritty is not known. Did you mean priority?"
    )


def test_a_rule_needs_a_condition_and_an_action_and_a_queue_that_exists(tmp_path: Path) -> None:
    empty = '[[rules]]\nname = "x"\nwhen = {}\nthen = {}\n'
    assert refused(tmp_path, empty) == [
        "config.toml:3: rules.1.when needs at least one condition: words, pattern, group, system, "
        "channel, hours, language, type, category",
        "config.toml:4: rules.1.then needs at least one action: category, type, priority, queue, tags",
    ]
    astray = '[[rules]]\nname = "x"\nwhen = {words = ["a"]}\nthen = {queue = "netwerk"}\n'
    (line,) = refused(tmp_path, astray)
    assert line.startswith("config.toml:4: rules.1.then.queue must be one of service-desk, network")
    assert line.endswith("Did you mean network?")


# Service levels


def test_what_is_wrong_with_calendars_and_agreements_is_named(tmp_path: Path) -> None:
    text = """
[desk]
answer_minutes = { critical = 30, high = 90 }

[calendar.office]
hours = ["mon-fri 09:00-12:00 11:00-18:00"]
country = "DE-XX"
[calendar.empty]
hours = []
[calendar.odd]
closed = [2026-01-06, "2026-13-01"]
extra = ["2026-01-06 09:00-12:00"]

[sla.vip]
when = { vip = true, priority = ["urgent"] }
resolution = "3d"
first_response = { high = "1 hour" }
warn = ["often"]
tell_at_breach = ["everybody"]
"""
    wrong = refused(tmp_path, text)
    assert wrong[0] == (
        "config.toml:3: desk.answer_minutes is now first_response of [sla.standard]: first_response = "
        '{ critical = "30m", high = "1h 30m" }. It counts working time of a calendar; docs/sla.md says '
        'how. For time by day and night use a calendar with hours = ["24x7"]'
    )
    lines = [line.split(" must be")[0].split(" has the parts")[0] for line in wrong[1:]]
    assert lines == [
        "config.toml:6: calendar.office.hours has hours that overlap on mon",
        'config.toml:7: calendar.office.country "DE-XX": DE',
        'config.toml:9: calendar.empty.hours has no working hour: write for example "mon-fri '
        '09:00-18:00" or "24x7"',
        'config.toml:11: calendar.odd.closed.2 "2026-13-01"',
        "config.toml:15: sla.vip.when.priority.1",
        'config.toml:17: sla.vip.first_response.high "1 hour"',
        'config.toml:16: sla.vip.resolution "3d"',
        'config.toml:18: sla.vip.warn.1 "often"',
        "config.toml:19: sla.vip.tell_at_breach.1",
    ]


def test_what_only_the_whole_shows_is_named_too(tmp_path: Path) -> None:
    year = datetime.now(UTC).year
    text = f"""
[calendar.shut]
closed = ["{year}-01-01..{year}-12-31"]
[calendar.torn]
closed = ["05-01"]
extra = ["05-01"]
"""
    assert refused(tmp_path, text) == [
        "config.toml:4: calendar.torn has 2024-05-01 both in closed and in extra"
    ]
    text = f"""
[calendar.shut]
closed = ["{year}-01-01..{year}-12-31"]
[sla.vip]
when = {{ vip = true }}
[sla.network]
when = {{ queue = ["network"] }}
[sla.both]
when = {{ queue = ["security"], vip = true }}
[sla.high]
when = {{ priority = ["high"] }}
rank = 1
"""
    assert refused(tmp_path, text) == [
        f"config.toml:2: calendar.shut has no working hour in {year}: every day with hours is a "
        "holiday or closed",
        "config.toml:6: sla.network and sla.vip may both hold for one ticket, and neither is a part of "
        "the other: write one for what they share, or give one of them a higher rank",
    ]
    astray = '[sla.vip]\ncalendar = "ofice"\nwhen = { queue = ["netwerk"] }\n'
    calendar, queue = refused(tmp_path, astray)
    assert calendar.endswith(
        'sla.vip.calendar must be one of office (is "ofice"). Did you mean office?'
    )
    assert queue.startswith("config.toml:3: sla.vip.when.queue must be one of service-desk")


def test_the_usual_calendar_and_agreement_are_always_there(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[sla.vip]\nwhen = { vip = true }\nfirst_response = "1h"\n')
    assert list(settings.sla) == ["standard", "vip"]
    assert list(settings.calendar) == ["office"]
    agreements = agreements_of(settings, 2026)
    subject = {"priority": "low", "category": "other", "type": "incident", "queue": "network"}
    usual = agreements.terms(Subject(**subject))
    vip = agreements.terms(Subject(**subject, vip=True))
    assert usual is not None
    assert vip is not None
    assert [usual.target(kind) for kind in Kind] == [timedelta(hours=one) for one in (9, 18, 45)]
    assert vip.targets == {Kind.FIRST_RESPONSE: 60}


def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml cannot be read: No such file"):
        load(tmp_path / "missing.toml", {})
    (tmp_path / "latin.toml").write_bytes(b'[desk]\nname = "B\xfcro"\n')
    with pytest.raises(ConfigError, match=r"latin\.toml cannot be read: byte 16 is not UTF-8"):
        load(tmp_path / "latin.toml", {})


def test_config_check_prints_what_holds_in_a_form_that_can_be_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLINE_WEB__PORT", "8099")
    file = tmp_path / "config.toml"
    file.write_text('[texts.zh]\ngreeting = "你好"\n' + RULES.split("[[rules]]\nname = '''")[0])
    assert main(["--config", str(file), "config", "check"]) == 0
    printed = capsys.readouterr().out
    monkeypatch.delenv("FIRSTLINE_WEB__PORT")
    again: Any = loaded(tmp_path, printed)
    assert again.web.port == 8099
    assert again.texts["zh"]["greeting"] == "你好"
    assert again.rules[0].then.priority == "high"


def test_config_check_says_what_is_wrong_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[web]\nprot = 1\n")
    assert main(["--config", str(file), "config", "check"]) == 2
    assert f"{file}:2: web.prot is not known" in capsys.readouterr().err


# The networks


def test_a_network_is_set_up_by_the_names_it_is_usually_known_under() -> None:
    chosen = load(
        None,
        {
            "SLACK_MODE": "http",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "s3cret",
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "SLACK_PORT": "3000",
            "TELEGRAM_BOT_TOKEN": "1:a",
        },
    )
    assert chosen.slack.enabled
    assert chosen.slack.mode == "http"
    assert chosen.slack.bot_token is not None
    assert chosen.slack.bot_token.get_secret_value() == "xoxb-1"
    assert chosen.slack.api_url == "http://127.0.0.1:9/api"
    assert chosen.slack.port == 3000
    assert chosen.telegram.enabled
    assert not load(None, {"SLACK_MODE": "http"}).slack.enabled


def test_our_own_name_for_a_setting_goes_before_the_usual_one() -> None:
    environ = {"SLACK_PORT": "3000", "FIRSTLINE_SLACK__PORT": "4000"}
    assert load(None, environ).slack.port == 4000


def test_a_network_that_lacks_a_token_is_told_which() -> None:
    with pytest.raises(ConfigError, match="app_token"):
        load(None, {"SLACK_BOT_TOKEN": "xoxb-1"})
    with pytest.raises(ConfigError, match="signing_secret"):
        load(None, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_MODE": "http"})
    with pytest.raises(ConfigError, match="webhook_url"):
        load(None, {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_MODE": "webhook"})


def test_a_calendar_of_the_staffing_that_there_is_not_is_said(tmp_path: Path) -> None:
    [problem] = refused(tmp_path, '[staffing]\ncalendar = "shop"\n')
    assert problem.startswith("config.toml:2: staffing.calendar")
    assert "office" in problem


def test_days_off_are_dates(tmp_path: Path) -> None:
    [problem] = refused(tmp_path, '[rota.ana]\naway = ["Christmas"]\n')
    assert problem.startswith("config.toml:2: rota.ana.away")


# Surveys


def test_the_old_key_of_surveys_says_where_it_is_now(tmp_path: Path) -> None:
    [asked] = refused(tmp_path, "[desk]\nsurvey = true\n")
    assert asked.startswith("config.toml:2: desk.survey is now a section of its own")
    assert "take the line out" in asked
    [not_asked] = refused(tmp_path, "[desk]\nsurvey = false\n")
    assert "enabled = false in [surveys]" in not_asked


def test_surveys_that_cannot_be_are_named_with_their_line(tmp_path: Path) -> None:
    text = """
[surveys]
quiet = "20:00-20:00"
[survey.vip]
when = { vip = true, queue = ["networks"] }
remind_days = 14
"""
    problems = refused(tmp_path, text)
    assert any("surveys.quiet must begin and end at different times" in one for one in problems)
    assert any("remind_days (14) must be less than expires_days" in one for one in problems)
    text = """
[survey.everybody]
delay_minutes = 5
[survey.secret]
anonymous = true
when = { queue = ["networks"] }
"""
    problems = refused(tmp_path, text)
    assert any("config.toml:6: survey.secret.when.queue must be one of" in one for one in problems)
    assert any("survey.secret is never used: survey.everybody above it" in one for one in problems)
    assert any("anonymous needs public_url in [web]" in one for one in problems)


def test_the_standard_survey_comes_last(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[survey.vip]\nwhen = { vip = true }\nquestions = []\n")
    known = surveys_of(settings)
    assert [one.name for one in known.rules] == ["vip", "standard"]
    assert known.rules[0].questions == ()
    off = loaded(tmp_path, "[surveys]\nenabled = false\n")
    assert surveys_of(off).rules == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[rota.ana]\naway = ["24.12.2026"]', 'rota.ana.away.1 must be a day as "2026-12-24"'),
        (
            "[rota.ana]\nweekdays = [0]",
            'rota.ana.weekdays.1 must be a whole number at least 1 and at most 7 (is "0")',
        ),
        ('[escalation.clock]\nat = "often"', 'escalation.clock.at must be as "75%" (is "often")'),
        (
            '[security]\nrooms = ["x"]',
            'security.rooms names "x", and nothing of that kind is set up',
        ),
        ('[sop]\nfolder = "none"', "sop.folder names "),
        ('[knowledge]\nfolder = "none"', "and there is no such folder"),
        ('[figures]\nfont = "none.ttf"', "is no TrueType or OpenType font that can be read"),
        (
            '[texts.en]\ngreting = "x"',
            "texts.en.greting there is no text of this key; did you mean greeting?",
        ),
        ('[texts.ru]\ngreeting = "{foo}"', "texts.ru.greeting unknown placeholder foo; allowed: "),
    ],
)
def test_what_is_right_is_said_as_it_is(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert expected in str(caught.value)
    assert f"{file}:2: " in str(caught.value)


def test_a_list_with_a_mistake_is_not_called_empty_besides(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[rota.ana]\nlanguages = ["de"]\n[report.week]\nto = ["nonsense"]\n')
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert len(str(caught.value).splitlines()) == 2
    assert "empty" not in str(caught.value)


def test_of_a_kind_of_contact_only_what_differs_need_be_given(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[staffing.call]\nshare = 0.7\n")
    assert load(file, {}).staffing.call == Staffing().call.model_copy(update={"share": 0.7})
    assert load(file, {"FIRSTLINE_STAFFING__CHAT__AT_ONCE": "3"}).staffing.chat.minutes == 15
