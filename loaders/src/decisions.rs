//! A table of decisions, filled in by a person in a spreadsheet.

use std::path::Path;

use crate::LoadError;
use crate::fault::Spot;
use crate::registry::read_table;
use crate::source::Source;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Row of the file, from 1.
    pub number: usize,
    /// Id of the record's row.
    pub row: String,
    /// State.
    pub state: String,
    /// accept, reject or assign.
    pub decision: String,
    /// The LEA meant.
    pub nces_id: Option<String>,
    /// Why.
    pub why: Option<String>,
}

/// Reads the rows whose `decision` is filled in.
pub fn read_decisions(path: &Path) -> Result<Vec<DecisionRow>, LoadError> {
    let table = read_table(&Source::read(path)?, "decision")?;
    let column = |name: &str| {
        table.column(name).ok_or_else(|| LoadError::MissingColumn {
            spot: Spot::of(path),
            column: name.to_owned(),
            nearest: "; `districts review export` writes a file with all".to_owned(),
        })
    };
    let (row, state, decision) = (column("row")?, column("state")?, column("decision")?);
    let (nces_id, why) = (column("nces_id")?, column("why")?);
    let text = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
    let filled = table.rows.iter().filter(|one| !one.cell(decision).is_empty());
    Ok(filled
        .map(|one| DecisionRow {
            number: one.number,
            row: one.cell(row).to_owned(),
            state: one.cell(state).to_owned(),
            decision: one.cell(decision).to_lowercase(),
            // A spreadsheet eats the zeros of Alabama to Connecticut.
            nces_id: text(one.cell(nces_id)).map(|id| format!("{id:0>7}")),
            why: text(one.cell(why)),
        })
        .collect())
}
