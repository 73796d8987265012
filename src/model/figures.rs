//! Named numbers: every figure of the model carries its unit, default, range, status and source.
//!
//! A `figures!` block declares a plain struct of `f64` fields together with the table that the
//! scenario reader, the documentation and `--set` use. There is no second list to keep in step.

/// Where the default of a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Read in a published source.
    Literature,
    /// A measured quantity of the world, given in the world file.
    Data,
    /// Set so that the model meets calibration targets.
    Calibrated,
    /// A judgement; vary it.
    Assumed,
}

impl Status {
    /// The word printed in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Literature => "literature",
            Status::Data => "data",
            Status::Calibrated => "calibrated",
            Status::Assumed => "assumed",
        }
    }
}

/// What is known about one figure.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Key in scenario files.
    pub name: &'static str,
    /// Unit of measurement, `1` for pure numbers.
    pub unit: &'static str,
    /// Value where no layer gives one.
    pub default: f64,
    /// Smallest admissible value.
    pub low: f64,
    /// Largest admissible value.
    pub high: f64,
    /// How the default was set.
    pub status: Status,
    /// Author and year, or what the judgement rests on.
    pub source: &'static str,
    /// What the figure means.
    pub doc: &'static str,
}

/// Declares a struct of figures and its table.
macro_rules! figures {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $field:ident : [$unit:literal, $default:expr, $low:expr, $high:expr, $status:ident, $source:literal]),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name { $($(#[doc = $doc])+ pub $field: f64),+ }

        impl Default for $name {
            fn default() -> Self { Self { $($field: $default),+ } }
        }

        impl $name {
            /// The figures in declaration order.
            pub const FIELDS: &'static [$crate::model::figures::Field] = &[
                $($crate::model::figures::Field {
                    name: stringify!($field), unit: $unit, default: $default, low: $low, high: $high,
                    status: $crate::model::figures::Status::$status, source: $source,
                    doc: concat!($($doc),+),
                }),+
            ];
            const PLACES: &'static [fn(&mut Self) -> &mut f64] = &[$(|s| &mut s.$field),+];

            /// Position of a figure in [`Self::FIELDS`].
            pub fn position(name: &str) -> Option<usize> {
                Self::FIELDS.iter().position(|f| f.name == name)
            }
            /// The place of figure number `index`, or none if there is no such figure.
            pub fn place(&mut self, index: usize) -> Option<&mut f64> {
                Self::PLACES.get(index).map(|p| p(self))
            }
        }
    };
}
pub(crate) use figures;
