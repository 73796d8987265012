//! From text to a card. Every table is read by itself, so that one mistake does not hide the next.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::{Card, Citation, Claim, Comparison, Fact};
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Place, Report, SourceText};

/// What stands above the facts and claims.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    stance: String,
    citation: Citation,
}

/// Reads a card; everything wrong with it goes to the report. What is fine is returned all the same, and nothing
/// only where the text is no TOML or the head of the card is missing.
pub fn read(source: &Arc<SourceText>, report: &mut Report) -> Option<Card> {
    let mut reader = Reader { source, report };
    let root = match DeTable::parse(&source.text) {
        Ok(root) => root,
        Err(error) => {
            reader.refuse(codes::SYNTAX, &error, 0..0);
            return None;
        }
    };
    let mut root = root.into_inner();
    let (facts, claims) = (root.remove("fact"), root.remove("claim"));
    let facts = reader.tables("fact", facts);
    let claims = reader.tables("claim", claims);
    let facts = facts.into_iter().filter_map(|f| reader.table::<Fact>(f)).collect();
    let claims = claims.into_iter().filter_map(|c| reader.claim(c)).collect();
    let head: Head = reader.table(Spanned::new(0..0, DeValue::Table(root)))?;
    Some(Card {
        id: head.id,
        stance: head.stance.trim().to_owned(),
        citation: head.citation,
        facts,
        claims,
        at: Some(reader.place(0..0)),
    })
}

struct Reader<'a> {
    source: &'a Arc<SourceText>,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place {
            source: Arc::clone(self.source),
            span,
        }
    }

    /// Reports an error at its own place, or at `span` where it has none.
    fn refuse(&mut self, code: &'static str, error: &Error, span: Range<usize>) {
        let place = self.place(error.span().unwrap_or(span));
        self.report.push(Diagnostic::error(code, &place, error.message()));
    }

    /// The tables under a key that may be given many times.
    fn tables<'i>(&mut self, key: &str, value: Option<Spanned<DeValue<'i>>>) -> Vec<Spanned<DeValue<'i>>> {
        let Some(value) = value else {
            return Vec::new();
        };
        let place = self.place(value.span());
        if let DeValue::Array(items) = value.into_inner() {
            return items.into_iter().collect();
        }
        let message = format!("`{key}` is not a list of tables");
        let help = format!("write `[[{key}]]` above each of them");
        self.report
            .push(Diagnostic::error(codes::WRONG_TYPE, &place, message).help(help));
        Vec::new()
    }

    fn table<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let span = value.span();
        match T::deserialize(value.into_deserializer()) {
            Ok(read) => Some(read),
            Err(error) => {
                self.refuse(codes::BAD_CARD, &error, span);
                None
            }
        }
    }

    fn claim(&mut self, mut value: Spanned<DeValue<'_>>) -> Option<Claim> {
        let at = self.place(value.span());
        let tests = match value.get_mut() {
            DeValue::Table(table) => table.remove("test"),
            _ => None,
        };
        let tests = self.tables("claim.test", tests);
        let tests = tests.into_iter().filter_map(|t| {
            let at = self.place(t.span());
            let comparison: Option<Comparison> = self.table(t);
            comparison.map(|c| Comparison { at: Some(at), ..c })
        });
        let tests = tests.collect();
        let claim: Claim = self.table(value)?;
        Some(Claim {
            tests,
            at: Some(at),
            ..claim
        })
    }
}
