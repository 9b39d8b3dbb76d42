//! Which rows of a file are read as districts, and by which rule their ids become `ST_LEAID`: each decides the other.

use std::borrow::Cow;
use std::path::Path;

use super::filter::{self, RowFilter};
use super::id_rule::{self, Trial};
use super::known::KnownLeas;
use super::speaker::{self, Speaker};
use super::{Hints, rule_text};
use crate::LoadError;
use crate::fault::Spot;
use crate::table::{Table, fold};

/// What there is to choose from.
pub(super) struct Choice<'a> {
    pub path: &'a Path,
    pub table: &'a Table,
    pub name: usize,
    /// The column whose header says that it is the id.
    pub id: Option<usize>,
    /// Columns that are telephones and the like, whose digits hit ids by accident.
    pub no_ids: &'a [usize],
    pub hints: &'a Hints,
    pub known: &'a KnownLeas,
}

/// What was chosen.
pub(super) struct Chosen {
    /// The rows that remain.
    pub table: Table,
    /// Why these: every one must hold.
    pub keep: Vec<RowFilter>,
    /// Those of a district's several rows that speak for it.
    pub speaks: Option<RowFilter>,
    /// The rules tried.
    pub trials: Vec<Trial>,
    /// The one to use.
    pub rule: Option<Trial>,
}

impl Chosen {
    /// The rows that are the districts' own, where others were told from them.
    pub fn speaking(&self) -> Option<Cow<'_, Table>> {
        let kept = (!self.keep.is_empty()).then_some(Cow::Borrowed(&self.table));
        self.speaks.as_ref().map(|filter| Cow::Owned(filter.apply(&self.table))).or(kept)
    }
}

impl Choice<'_> {
    pub fn make(&self) -> Result<Chosen, LoadError> {
        let mut chosen = self.keeping(filter::find(self.table, self.name, self.known))?;
        if let (true, None, Some(best)) =
            (chosen.keep.is_empty(), &chosen.rule, chosen.trials.first().filter(|best| best.agrees()))
        {
            // Few rows hit, and those are the right LEAs: the others may be schools that repeat their district's name.
            let hits = id_rule::hits(best, self.table, self.name, self.known);
            chosen = self.keeping(filter::by_rows(self.table, self.name, &hits))?;
        }
        match speaker::find(&chosen.table, self.name, &self.districts(&chosen), chosen.rule.is_some(), self.known) {
            Some(Speaker::Of(filter)) => Ok(Chosen { speaks: Some(filter), ..chosen }),
            Some(Speaker::Alone(filter)) => self.keeping(chosen.keep.into_iter().chain([filter])),
            None => Ok(chosen),
        }
    }

    /// The rows that filters leave, and the rule for their ids.
    fn keeping(&self, keep: impl IntoIterator<Item = RowFilter>) -> Result<Chosen, LoadError> {
        let keep: Vec<RowFilter> = keep.into_iter().collect();
        let table = keep.iter().fold(self.table.clone(), |table, filter| filter.apply(&table));
        let (trials, rule) = self.id_rules(&table)?;
        Ok(Chosen { table, keep, speaks: None, trials, rule })
    }

    /// Whose each row is: by the rule, else by its name.
    fn districts(&self, chosen: &Chosen) -> Vec<Option<String>> {
        let by_name = |cell: &str| self.known.is_known_name(cell).then(|| fold(cell));
        let rows = chosen.table.rows.iter();
        match &chosen.rule {
            Some(rule) => rows.map(|row| rule.leaid(row).filter(|id| self.known.hit(id, "").is_some())).collect(),
            None => rows.map(|row| by_name(row.cell(self.name))).collect(),
        }
    }

    fn could_be_ids(&self, table: &Table) -> Vec<usize> {
        let is_one = |column: &usize| {
            *column != self.name && !self.no_ids.contains(column) && id_rule::could_be_id(table, *column)
        };
        self.id.map_or_else(|| (0..table.header.len()).filter(is_one).collect(), |column| vec![column])
    }

    /// The rules tried, and the one to use: the user's, or the best if it can be trusted.
    fn id_rules(&self, table: &Table) -> Result<(Vec<Trial>, Option<Trial>), LoadError> {
        let Self { path, name, id, known, .. } = *self;
        let Some(rule) = &self.hints.id_rule else {
            let trials = id_rule::trials(table, name, &self.could_be_ids(table), known);
            let best = trials.first().filter(|trial| trial.is_trustworthy()).cloned();
            return Ok((trials, best));
        };
        let parts = rule_text::parse(rule, table, id).map_err(|reason| LoadError::Declaration {
            spot: Spot::of(path),
            reason: format!("--id-rule `{rule}`: {reason}"),
        })?;
        let trial = id_rule::trial(table, name, parts, known);
        Ok((vec![trial.clone()], Some(trial)))
    }
}
