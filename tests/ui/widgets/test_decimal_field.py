"""Numbers are typed with a point or a comma and shown with a point, whatever language the system speaks."""

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QSpinBox

from tests.helpers.paths import ROOT
from ui.features.one_input.numbers import _decimals
from ui.platform.translation import install_translations
from ui.widgets.decimal_field import DecimalField

LANGUAGES = {
    "German": QLocale(QLocale.Language.German),
    "French": QLocale(QLocale.Language.French),
    "Arabic": QLocale(QLocale.Language.Arabic, QLocale.Country.Egypt),
    "English": QLocale(QLocale.Language.English),
}


@pytest.fixture(params=LANGUAGES, autouse=True)
def language(request):
    before = QLocale()
    QLocale.setDefault(LANGUAGES[request.param])
    yield LANGUAGES[request.param]
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0.5", 0.5), ("0,5", 0.5), ("-1,25", -1.25), ("-1.25", -1.25), ("7", 7.0), (",5", 0.5), ("1.2345", 1.2345)],
)
@pytest.mark.parametrize("prefix", ["", "x₁ = ", "area, in m² = "])
def test_a_typed_number_is_read_with_a_point_or_a_comma(qtbot, typed, number, prefix):
    field = DecimalField(-10, 10, 4, prefix)
    qtbot.addWidget(field)
    field.setValue(3)
    assert field.text() == f"{prefix}3.0000"
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == number
    assert field.text() == f"{prefix}{number:.4f}"


@pytest.mark.parametrize("typed", ["0.5.5", "1,2,3", "zehn"])
def test_what_is_no_number_cannot_be_typed(qtbot, typed):
    field = DecimalField(-10, 10, 4)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, typed)
    assert field.text().count(".") <= 1
    assert set(field.text()) <= set("-.0123456789")


def test_the_program_writes_plain_digits_and_points_in_every_field(qtbot, language):
    install_translations(QCoreApplication.instance(), language)
    field = QSpinBox(maximum=100, value=20)
    qtbot.addWidget(field)
    assert field.text() == "20"
    assert QLocale().decimalPoint() == "."


def test_no_other_field_has_decimals_by_the_language_of_the_system():
    using = {path.name for path in (ROOT / "ui").rglob("*.py") if "QDoubleSpinBox" in path.read_text("utf-8")}
    assert using == {"decimal_field.py"}


@pytest.mark.parametrize(("extent", "decimals"), [(1000.0, 4), (1.0, 4), (0.01, 6), (3e-6, 10)])
def test_small_inputs_have_decimals_enough_to_be_chosen(extent, decimals):
    assert _decimals(extent) == decimals
