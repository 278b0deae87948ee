"""The forecast of one layer as a line of its card, and the measurement of step 0 beside it once there is one.

On the left a scale of powers of ten from 10⁻⁴ to 10⁴ with its middle at 1, where signals should be: a dot for the
forecast, a ring for what was measured. On the right the same in numbers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from relulab.diagnosis.born_dead_chance import BornDead
from relulab.diagnosis.forecast import Forecast, LayerForecast
from relulab.experiment import DataSpec, ExperimentSpec, ModelSpec
from relulab.formatting import capital, percentage
from ui.platform.translation import said, translate
from ui.widgets.icons import line_pixmap
from ui.widgets.palette import palette

if TYPE_CHECKING:
    from relulab.session.history import RunHistory

CONTEXT = "Forecast"
DECADES = 4.0  # on either side of 1
DOT, RING = 3.0, 4.5  # pixels: radius
GAP = 8  # pixels
FAR_OFF = 10.0  # times: a measurement this far from the forecast is marked
LIKELY = 0.01  # a chance of being born dead below this is not worth a word


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """``signal``: deviation of the outputs as predicted, NaN where it cannot be, ``measured``: at step 0, NaN before.
    ``gradient``: of the weights over that of the output layer, NaN without weights. ``warning`` says that ``verdict``
    is bad news.
    """

    signal: float
    measured: float
    gradient: float
    verdict: str
    warning: bool

    @property
    def marked(self) -> bool:
        """Whether the line carries a warning: bad news, or a network that started quite differently."""
        far = not self.signal / FAR_OFF <= self.measured <= self.signal * FAR_OFF
        return self.warning or self.measured == 0.0 or (far and not math.isnan(self.measured + self.signal))

    @property
    def spoken(self) -> str:
        """All of it in words, for the tip and for screen readers."""
        parts = []
        if not math.isnan(self.signal):
            parts = [translate(CONTEXT, "Forecast: the outputs vary by {signal}").format(signal=short(self.signal))]
        if not math.isnan(self.measured):
            parts.append(translate(CONTEXT, "measured at step 0: {value}").format(value=short(self.measured)))
        if not math.isnan(self.gradient):
            text = translate(CONTEXT, "the gradient is {gradient} times that of the output layer")
            parts.append(text.format(gradient=short(self.gradient)))
        return f"{capital(', '.join(parts))}. {self.verdict}" if parts else self.verdict


@dataclass(frozen=True, slots=True)
class Start:
    """What a run measured at step 0, and of which design: ``signal`` by index of the layer, None for the output."""

    model: ModelSpec
    data: DataSpec
    signal: Mapping[int | None, float]

    @classmethod
    def of(cls, history: "RunHistory") -> "Start | None":
        """None where step 0 has not been measured."""
        from relulab.training.telemetry import ProbeRecord

        steps, std = history.columns(ProbeRecord, "step", "std")
        if not len(steps) or steps[0] != 0:
            return None
        info = history.info
        signal = {layer.index: float(value) for layer, value in zip(info.layout.layers, std[0], strict=True)}
        return cls(info.spec.model, info.spec.data, signal)

    def fits(self, spec: ExperimentSpec) -> bool:
        """Whether ``spec`` starts from the same weights on the same data."""
        return (spec.model, spec.data) == (self.model, self.data)


def forecast_line(layer: LayerForecast, start: Start | None) -> ForecastLine:
    """The line of one layer."""
    measured = math.nan if start is None else start.signal.get(layer.index, math.nan)
    return ForecastLine(layer.std, measured, layer.gradient, said(layer.verdict), layer.warning)


def whole_network(forecast: Forecast) -> str:
    """What is predicted of the network, with the chance that it is born dead where that is worth a word."""
    return f"{_verdict(forecast)} {_born_dead(forecast.born_dead)}".strip()


def _verdict(forecast: Forecast) -> str:
    """The verdict on the network, which may be that on one layer."""
    text = said(forecast.verdict)
    for layer in forecast.layers:
        if layer.warning and layer.verdict == forecast.verdict:
            if layer.index is None:
                return translate(CONTEXT, "Forecast for the output layer: {text}").format(text=text)
            words = translate(CONTEXT, "Forecast for layer {number}: {text}")
            return words.format(number=layer.index + 1, text=text)
    return translate(CONTEXT, "Forecast: {text}").format(text=text)


def _born_dead(risk: BornDead | None) -> str:
    if risk is None or risk.likely < LIKELY or (risk.lower == 0.0 and risk.upper > 1.0 - LIKELY):
        return ""
    bounds = translate(CONTEXT, "Proven bounds: at least {lower}, at most {upper} of such networks are born dead.")
    return bounds.format(lower=_percent(risk.lower), upper=_percent(risk.upper))


def short(value: float) -> str:
    """Two digits where that says enough: 0.71, 1,200, 2.7e4, 3.0e-5."""
    if not math.isfinite(value):
        return translate(CONTEXT, "infinite") if math.isinf(value) else translate(CONTEXT, "not a number")
    if value == 0.0 or 0.01 <= value < 100.0:
        return f"{value:.2g}"
    if 100.0 <= value < 1e4:
        return f"{value:,.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def paint_forecast(painter: QPainter, place: QRect, column: int, line: ForecastLine, widget: QWidget) -> None:
    """Draw ``line`` into ``place``: the scale left of ``column`` (pixels from the left), the numbers right of it."""
    colours = palette(dark=widget.palette().color(QPalette.ColorRole.Base).lightness() < 128)
    ink = colours.warning if line.marked else colours.muted
    scale = QRectF(place.left(), place.top(), column - GAP, place.height())
    if line.marked:
        side = painter.fontMetrics().height() - 2
        painter.drawPixmap(place.left(), place.center().y() - side // 2, line_pixmap("warning", ink, side))
        scale.setLeft(scale.left() + side)
    _paint_scale(painter, scale, line, QColor(ink if line.marked else colours.accent), QColor(colours.muted))
    text = place.adjusted(column, 0, 0, 0)
    painter.setPen(QColor(ink))
    if not math.isnan(line.gradient):
        words = translate(CONTEXT, "gradient ×{value}").format(value=short(line.gradient))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        text = text.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(words) - GAP, 0)
    signal = painter.fontMetrics().elidedText(_signal(line), Qt.TextElideMode.ElideRight, text.width())
    painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, signal)


def _paint_scale(painter: QPainter, place: QRectF, line: ForecastLine, ink: QColor, muted: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = place.center().y()
    left, right = place.left() + RING, place.right() - RING
    painter.setPen(QPen(muted, 1))
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    centre = (left + right) / 2
    painter.drawLine(QPointF(centre, middle - RING), QPointF(centre, middle + RING))
    if not math.isnan(line.measured):
        painter.setPen(QPen(ink, 1))
        painter.drawEllipse(QPointF(_along(left, right, line.measured), middle), RING, RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if not math.isnan(line.signal):
        painter.drawEllipse(QPointF(_along(left, right, line.signal), middle), DOT, DOT)
    painter.restore()


def _along(left: float, right: float, value: float) -> float:
    """The place of ``value`` on the scale; what lies beyond sits at the end."""
    power = math.log10(value) if value > 0.0 else -math.inf
    return left + (min(max(power, -DECADES), DECADES) + DECADES) / (2 * DECADES) * (right - left)


def _unknown(measured: float) -> str:
    """Of a signal that cannot be forecast."""
    if math.isnan(measured):
        return translate(CONTEXT, "signal not to be forecast")
    return translate(CONTEXT, "signal measured: {value}").format(value=short(measured))


def _signal(line: ForecastLine) -> str:
    if math.isnan(line.signal):
        return _unknown(line.measured)
    if math.isnan(line.measured):
        return translate(CONTEXT, "signal {value}").format(value=short(line.signal))
    text = translate(CONTEXT, "signal {value}, measured {measured}")
    return text.format(value=short(line.signal), measured=short(line.measured))


def _percent(share: float) -> str:
    return percentage(share)
