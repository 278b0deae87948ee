"""What goes wrong is written down and told in a sentence; a traceback never reaches the user."""

import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning

from ui.platform.log import catch_exceptions, log_file, release_exceptions, start_logging, stop_logging
from ui.platform.settings import log_folder


@pytest.fixture
def handler():
    level = logging.getLogger().level
    handler = start_logging()
    yield handler
    stop_logging(handler)
    logging.getLogger().setLevel(level)


def test_exceptions_go_to_the_file_and_are_told(handler):
    told = []
    catch_exceptions(told.append)
    try:
        try:
            raise ValueError("a number was wrong")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        release_exceptions()
    assert [fault.reason for fault in told] == ["ValueError: a number was wrong", "ZeroDivisionError: division by zero"]
    text = log_file().read_text("utf-8")
    assert text.count("Traceback") == 2
    assert sys.excepthook is sys.__excepthook__


def test_messages_of_qt_go_to_the_file(handler):
    qWarning("something about a font")
    assert "qt: something about a font" in log_file().read_text("utf-8")


def test_a_log_folder_that_cannot_be_made_stops_nothing(own_folders):
    own_folders.mkdir()
    log_folder().write_text("a file where the folder should be")
    handler = start_logging()
    logging.getLogger("x").info("into nothing")
    stop_logging(handler)
