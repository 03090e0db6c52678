"""`[post]` and `[lre]`: what is missing or wrong is named with its fix, and what is given builds the providers."""

from pathlib import Path

import pytest

from workers.channels.provider import Guarded
from workers.outlets import outlets_of
from workers.settings import Settings, load
from workers.settings_parts.errors import SettingsError
from workflows.invoice import Channel

MSB = '[post]\nprovider = "mysendingbox"\n[post.mysendingbox]\napi_key = "test_0123456789"\n'
MF = (
    '[post]\nprovider = "merci_facteur"\n[post.merci_facteur]\nservice_id = "s"\nsecret_key = "hush"\nuser_id = 17460\n'
)
AR24 = '[lre]\nprovider = "ar24"\n[lre.ar24]\ntoken = "t"\nprivate_key = "hush"\nuser_id = 4242\n'


def loaded(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "relance.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {}, data_dir=tmp_path / "data")


def carried(*channels: str) -> str:
    return "[delivery.channels]\n" + "".join(f'{channel} = "provider"\n' for channel in channels)


@pytest.mark.parametrize(
    ("text", "key", "fix"),
    [
        pytest.param(carried("letter"), "post.provider", "mysendingbox or merci_facteur", id="no provider of letters"),
        pytest.param(carried("lre"), "lre.provider", "ar24", id="no provider of electronic letters"),
        pytest.param(
            carried("tracked") + MSB, "post.mysendingbox.tracked", "something else", id="a postage it has no name for"
        ),
        pytest.param('[post]\nprovider = "mysendingbox"', "post.mysendingbox", "with its keys", id="no keys"),
        pytest.param('[lre]\nprovider = "ar24"', "lre.ar24", "with its keys", id="no access"),
        pytest.param(MSB.replace("test_", "sk-"), "post.mysendingbox.api_key", "test_ or live_", id="another's key"),
        pytest.param(MF.replace("17460", "0"), "post.merci_facteur.user_id", "at least 1", id="no user"),
        pytest.param(MF + 'url = "http://elsewhere.example"', "post.merci_facteur.url", "https://", id="in clear"),
        pytest.param(
            carried("registered") + MF.replace("[post]", "[post]\ndeadline_s = 300"), "delivery.lease_s", "1085 s",
            id="a lease shorter than a send",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_fix_and_no_secret(tmp_path: Path, text: str, key: str, fix: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)

    [finding] = caught.value.findings
    assert finding.key == key
    assert fix in finding.en
    assert finding.fr != finding.en
    assert "hush" not in str(caught.value)
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(("table", "name"), [(MSB, "mysendingbox"), (MF, "merci_facteur")])
def test_letters_on_paper_share_one_provider_with_its_circuit(tmp_path: Path, table: str, name: str) -> None:
    outlets = outlets_of(loaded(tmp_path, carried("letter", "registered") + table))

    assert outlets[Channel.LETTER] is outlets[Channel.REGISTERED]
    assert isinstance(outlets[Channel.LETTER], Guarded)
    assert outlets[Channel.LETTER].name == name
    assert outlets[Channel.EMAIL].name == "email"
    for outlet in outlets.values():
        outlet.close()


def test_electronic_letters_go_by_ar24(tmp_path: Path) -> None:
    outlets = outlets_of(loaded(tmp_path, carried("lre") + AR24))

    assert outlets[Channel.LRE].name == "ar24"
    assert set(outlets) == set(Channel)
    for outlet in outlets.values():
        outlet.close()
