from pathlib import Path

import pytest

from recommender.conf import Conf, Setting, conf

NAMES = sorted(name for name, value in vars(Conf).items() if isinstance(value, Setting))


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_djangos_and_without_it_the_default(settings, name: str):
    setattr(settings, name, "as the project says")
    assert getattr(conf, name) == "as the project says"
    delattr(settings, name)
    assert getattr(conf, name) == getattr(Conf, name).default()


def test_folders_follow_the_one_that_holds_them(settings, tmp_path: Path):
    settings.VAR_DIR = tmp_path
    del settings.INDEX_DIR, settings.ENCODER_CACHE_DIR
    assert tmp_path / "index" == conf.INDEX_DIR
    assert tmp_path / "encoders" == conf.ENCODER_CACHE_DIR
    del settings.VAR_DIR
    assert conf.VAR_DIR == settings.BASE_DIR / "var"
