/*!
What charts share: numbers for people and for coordinates, axes, and the bar with its interval.

Charts are plain SVG and tables: a chart library would bring its own fonts and colours, which neither follow the page into the dark nor speak to a screen reader.
*/

use crate::score::Interval;
use maud::{Markup, html};

/// A coordinate: one decimal at most, and no more characters than it needs.
pub(super) fn at(number: f64) -> String {
    let text = format!("{:.1}", if number.is_finite() { number } else { 0.0 });
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A whole number with thin spaces between thousands.
pub(super) fn whole(number: usize) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A number with a true minus.
pub(super) fn decimal(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    match text.strip_prefix('-') {
        Some(rest) if is_zero => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// `n` and its noun, in the right number.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(n), if n == 1 { one } else { many })
}

/// A straight axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Between two ticks.
    pub(super) step: f64,
}

impl Axis {
    /// From 0 to 1.
    pub(super) const UNIT: Axis = Axis { low: 0.0, high: 1.0, step: 0.5 };

    /// Holds 0 and all of `numbers`, with round ends and about `n` steps.
    pub(super) fn around(numbers: impl Iterator<Item = f64>, n: usize) -> Axis {
        let (low, high) = numbers
            .filter(|number| number.is_finite())
            .fold((0.0f64, 0.0f64), |(low, high), number| (low.min(number), high.max(number)));
        let width = if high > low { high - low } else { 1.0 };
        let rough = width / n.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(rough);
        let high = if high > low { (high / step).ceil() * step } else { 1.0 };
        Axis { low: (low / step).floor() * step, high, step }
    }

    /// Where `number` lies, from 0 to `length`; what is outside lies at the end.
    pub(super) fn place(&self, number: f64, length: f64) -> f64 {
        ((number - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * length
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        let n = ((self.high - self.low) / self.step).round() as usize;
        (0..=n).map(|tick| self.low + tick as f64 * self.step).collect()
    }

    /// Decimals that tell its ticks apart.
    pub(super) fn places(&self) -> usize {
        if self.step >= 1.0 { 0 } else { (-self.step.log10()).ceil() as usize }
    }
}

/// A bar from zero with its interval. Says nothing to a screen reader, for the numbers stand beside it.
pub(super) fn bar(interval: Interval, axis: Axis, class: &str) -> Markup {
    const LENGTH: f64 = 200.0;
    let place = |number: f64| axis.place(number, LENGTH);
    let zero = place(0.0);
    let (from, to) = (zero.min(place(interval.value)), zero.max(place(interval.value)));
    let (low, high) = (place(interval.low), place(interval.high));
    html! {
        svg class={ "bar " (class) } viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            line class="floor" x1="0" x2="200" y1="15.5" y2="15.5" {}
            @if axis.low < 0.0 { line class="zero" x1=(at(zero)) x2=(at(zero)) y1="0" y2="16" {} }
            rect x=(at(from)) y="3" width=(at((to - from).max(0.6))) height="9" {}
            path class="whisker" d={ "M" (at(low)) " 7.5H" (at(high)) "M" (at(low)) " 4.5v6M" (at(high)) " 4.5v6" } {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            [0, 999, 9999, 10_000, 1_234_567].map(whole),
            ["0", "999", "9999", "10\u{202f}000", "1\u{202f}234\u{202f}567"]
        );
        assert_eq!([-0.001, -1.25, 2.0].map(|number| decimal(number, 1)), ["0.0", "−1.2", "2.0"]);
        assert_eq!([0.0, -0.04, 12.34, f64::NAN].map(at), ["0", "0", "12.3", "0"]);
        assert_eq!([1, 2].map(|n| counted(n, "word", "words")), ["1 word", "2 words"]);
    }

    #[test]
    fn axes_have_round_ends() {
        let axis = |numbers: &[f64]| {
            let axis = Axis::around(numbers.iter().copied(), 4);
            (axis.low, axis.high, axis.step)
        };
        assert_eq!(axis(&[3.0, 17.0]), (0.0, 20.0, 5.0));
        assert_eq!(axis(&[-3.0, 17.0]), (-5.0, 20.0, 5.0));
        assert_eq!(axis(&[]), (0.0, 1.0, 0.5));
        assert_eq!(axis(&[f64::NAN, f64::INFINITY, 0.0]), (0.0, 1.0, 0.5));
        let axis = Axis::around([23.0].into_iter(), 4);
        assert_eq!((axis.place(-5.0, 100.0), axis.place(99.0, 100.0)), (0.0, 100.0));
        assert_eq!(axis.ticks().len() as f64, axis.high / axis.step + 1.0);
    }
}
