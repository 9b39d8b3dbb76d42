//! A declared file into records, or one refusal of the whole file.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::declaration::Declaration;
use super::field::Field;
use super::leaid::LeaidRule;
use super::rows::Rules;
use super::{RegistryRecord, clean, format, header, rows, year};
use crate::fault::Spot;
use crate::source::Source;
use crate::table::{Row, Table, fold, matches};
use crate::{BadRow, LoadError};

/// How much of a bad value is kept.
const SHOWN_CHARACTERS: usize = 200;

/// A state's file, read.
#[derive(Debug)]
pub struct RegistryFile {
    /// One record per district, in the file's order.
    pub records: Vec<RegistryRecord>,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Rows below the header.
    pub rows: usize,
    /// Rows left out because a declared rule says they are no districts.
    pub dropped: usize,
    /// Columns that are neither mapped nor ignored, each with a value.
    pub surprises: Vec<(String, String)>,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file.
    pub checksum: String,
    /// The year the file says it is of; a school year counts by the year it ends in.
    pub year: Option<u16>,
}

/// Reads a file by its declaration.
pub fn read_registry(path: &Path, declaration: &Declaration) -> Result<RegistryFile, LoadError> {
    let file = Source::read(path)?;
    let (table, year_above) = find_table(&file, path, declaration)?;
    let (kept, dropped) = rows::keep_districts(&table, declaration);
    let reader = Reader::new(&table, declaration);
    let (mut records, bad_rows) = reader.records(&kept, declaration.collapse);
    for record in &mut records {
        declaration.repairs.iter().for_each(|repair| repair.apply(record));
    }
    accept(path, declaration, &records, &bad_rows)?;
    Ok(RegistryFile {
        records,
        bad_rows,
        rows: table.rows.len(),
        dropped,
        surprises: surprises(&table, declaration),
        file_name: file.file_name(),
        checksum: file.checksum,
        year: year::of_table(&table, declaration).or(year_above),
    })
}

/// The declared table. Where no sheet is declared and the first is not it, the others are tried: publishers put
/// a cover sheet in front.
fn find_table(file: &Source, path: &Path, declaration: &Declaration) -> Result<(Table, Option<u16>), LoadError> {
    let cut = |grid: format::Grid| {
        let lines: Vec<Row> = grid.rows.iter().take(header::SEARCHED_ROWS).cloned().collect();
        header::cut_at(path, grid, declaration).map(|(number, table)| {
            let above = format::Grid { rows: lines, part: None };
            (table, year::above(&above, number))
        })
    };
    let first = cut(format::read_grid(file, declaration)?);
    let (Err(_), None) = (&first, &declaration.sheet) else { return first };
    for sheet in format::sheets(file)?.into_iter().skip(1) {
        let on_sheet = Declaration { sheet: Some(sheet), ..declaration.clone() };
        if let Ok(found) = format::read_grid(file, &on_sheet).and_then(&cut) {
            return Ok(found);
        }
    }
    first
}

/// What stops the import before a row is written.
fn accept(
    path: &Path,
    declaration: &Declaration,
    records: &[RegistryRecord],
    bad_rows: &[BadRow],
) -> Result<(), LoadError> {
    let spot = Spot::of(path);
    let rows = records.len() + bad_rows.len();
    if let Some(first) = bad_rows.first()
        && bad_rows.len() as f64 > rows as f64 * declaration.expect.bad_share
    {
        return Err(LoadError::TooManyBadRows { spot, bad: bad_rows.len(), rows, first: Box::new(first.clone()) });
    }
    let [least, most] = declaration.expect.districts;
    if !(least..=most).contains(&records.len()) {
        return Err(LoadError::RowCount { spot, what: "districts", found: records.len(), least, most });
    }
    for (field, least) in &declaration.expect.filled {
        let filled = records.iter().filter(|record| record.holds(*field)).count();
        let share = filled as f64 / records.len().max(1) as f64;
        if share < *least {
            let column = declaration.columns.get(field).cloned().unwrap_or_else(|| field.word());
            return Err(LoadError::TooEmpty { spot, column, filled, rows: records.len(), least: *least });
        }
    }
    Ok(())
}

/// Columns nobody mapped or ignored by name, on the day they appear.
fn surprises(table: &Table, declaration: &Declaration) -> Vec<(String, String)> {
    let mapped: Vec<usize> = declaration
        .columns
        .values()
        .chain(declaration.leaid.iter().filter_map(|part| part.column.as_ref()))
        .chain(declaration.keep.iter().chain(&declaration.drop).chain(&declaration.speaks).map(|rule| &rule.column))
        .chain(&declaration.year)
        .filter_map(|name| table.column(name))
        .collect();
    let is_ignored = |header: &str| declaration.ignore.iter().any(|pattern| matches(&fold(pattern), &fold(header)));
    let first_value = |column: usize| table.rows.iter().map(|row| row.cell(column)).find(|cell| !cell.is_empty());
    let named =
        table.header.iter().enumerate().filter(|(column, header)| !mapped.contains(column) && !is_ignored(header));
    named.filter_map(|(column, header)| first_value(column).map(|value| (header.clone(), value.to_owned()))).collect()
}

/// A table with the declared columns found in it.
struct Reader<'a> {
    table: &'a Table,
    fields: HashMap<Field, usize>,
    leaid: LeaidRule<'a>,
    speaks: Rules<'a>,
    required: &'a [Field],
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table, declaration: &'a Declaration) -> Self {
        let fields: HashMap<Field, usize> = declaration
            .columns
            .iter()
            .filter_map(|(field, name)| table.column(name).map(|column| (*field, column)))
            .collect();
        let leaid = LeaidRule::new(table, declaration, fields.get(&Field::StateDistrictId).copied());
        let speaks = Rules::find(table, &declaration.speaks);
        Self { table, fields, leaid, speaks, required: &declaration.expect.required }
    }

    /// One record per row, or per id where several rows are one district.
    fn records(&self, rows: &[&Row], collapse: bool) -> (Vec<RegistryRecord>, Vec<BadRow>) {
        let mut records: Vec<RegistryRecord> = Vec::new();
        let mut bad_rows = Vec::new();
        let mut by_key: HashMap<String, usize> = HashMap::new();
        let mut is_silent: Vec<bool> = Vec::new();
        for row in rows {
            let speaks = self.speaks.all_hold(row);
            let record = match self.record(row) {
                Ok(record) if collapse && speaks => record.of_its_district(),
                Ok(record) if collapse => record.of_its_district().silent(),
                Ok(record) => record,
                Err(bad) => {
                    bad_rows.push(*bad);
                    continue;
                }
            };
            let key = record.key.clone();
            match by_key.get(&key) {
                Some(first) if collapse && speaks && is_silent[*first] => {
                    let silent = std::mem::replace(&mut records[*first], record);
                    records[*first].take_in(silent);
                    is_silent[*first] = false;
                }
                Some(first) if collapse => records[*first].take_in(record),
                Some(first) if records[*first].raw == record.raw => {}
                Some(first) => bad_rows.push(self.duplicate(row, &records[*first])),
                None => {
                    by_key.insert(key, records.len());
                    records.push(record);
                    is_silent.push(!speaks);
                }
            }
        }
        (records, bad_rows)
    }

    fn record(&self, row: &Row) -> Result<RegistryRecord, Box<BadRow>> {
        let text = |field: Field| clean::text(self.cell(row, field));
        let Some(name) = text(Field::Name) else {
            return Err(Box::new(self.bad(row, Field::Name, "the district's name is missing")));
        };
        let id = clean::id(self.cell(row, Field::StateDistrictId));
        if id.is_none() && self.fields.contains_key(&Field::StateDistrictId) {
            return Err(Box::new(self.bad(row, Field::StateDistrictId, "the district's id is missing")));
        }
        if id.as_deref().is_some_and(clean::is_scientific) {
            return Err(Box::new(self.bad(
                row,
                Field::StateDistrictId,
                "a spreadsheet turned this id into a number; its digits are lost",
            )));
        }
        if let Some(field) = self.required.iter().find(|field| text(**field).is_none()) {
            return Err(Box::new(self.bad(row, *field, "a required value is missing")));
        }
        if let Some((field, limit)) = self.too_long(row) {
            return Err(Box::new(self.bad(row, field, &format!("it is longer than {limit} characters"))));
        }
        let phone = clean::phone(self.cell(row, Field::Phone));
        let person = clean::person(self.cell(row, Field::Administrator));
        let [office, mail] =
            [Field::Address, Field::MailAddress].map(|field| clean::address(self.cell(row, field)).unwrap_or_default());
        let state_leaid = self.leaid.apply(row);
        let own = if self.leaid.is_joined() { state_leaid.clone().or(id.clone()) } else { id.clone() };
        let (county, city) = (text(Field::County), text(Field::City).or(office.city));
        Ok(RegistryRecord {
            key: own.unwrap_or_else(|| place_key(&name, [&county, &city])),
            row: row.number,
            state_leaid,
            nces_id: clean::nces_id(self.cell(row, Field::NcesId)),
            state_district_id: id,
            name,
            county,
            city,
            street: text(Field::Street).or(office.street),
            zip: clean::zip(self.cell(row, Field::Zip)).or(office.zip),
            mail_street: text(Field::MailStreet).or(mail.street),
            mail_city: text(Field::MailCity).or(mail.city),
            mail_zip: clean::zip(self.cell(row, Field::MailZip)).or(mail.zip),
            mail_state: text(Field::MailState).or(mail.state),
            phone_ext: phone.as_ref().and_then(|phone| phone.extension.clone()).or_else(|| text(Field::PhoneExt)),
            phone: phone.map(|phone| phone.number),
            fax: clean::phone(self.cell(row, Field::Fax)).map(|fax| fax.number),
            administrator_first: person
                .as_ref()
                .and_then(|person| person.first.clone())
                .or_else(|| text(Field::AdministratorFirst)),
            administrator_last: person.map(|person| person.last).or_else(|| text(Field::AdministratorLast)),
            email: clean::email(self.cell(row, Field::Email)),
            website: clean::website(self.cell(row, Field::Website)),
            latitude: clean::degrees(self.cell(row, Field::Latitude)),
            longitude: clean::degrees(self.cell(row, Field::Longitude)),
            enrollment: clean::count(self.cell(row, Field::Enrollment)),
            district_type: text(Field::DistrictType),
            district_type_code: text(Field::DistrictTypeCode),
            status: text(Field::Status),
            updated: text(Field::Updated),
            raw: self.raw(row),
        })
    }

    /// A cell that the tables of SCHEMA.md have no room for.
    fn too_long(&self, row: &Row) -> Option<(Field, usize)> {
        self.fields.keys().copied().find_map(|field| {
            let limit = field.longest()?;
            (self.cell(row, field).len() > limit && self.cell(row, field).chars().count() > limit)
                .then_some((field, limit))
        })
    }

    fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r str {
        self.fields.get(&field).map_or("", |column| row.cell(*column))
    }

    /// Header to cell, exactly as published.
    fn raw(&self, row: &Row) -> Value {
        let cells =
            self.table.header.iter().enumerate().map(|(column, header)| {
                (header.clone(), Value::from(row.cells.get(column).map_or("", String::as_str)))
            });
        Value::Object(cells.collect::<Map<String, Value>>())
    }

    fn bad(&self, row: &Row, field: Field, reason: &str) -> BadRow {
        let column = self.fields.get(&field).map(|column| self.table.header[*column].clone()).unwrap_or_default();
        let value = self.cell(row, field).chars().take(SHOWN_CHARACTERS).collect();
        BadRow { row: row.number, column, value, reason: reason.to_owned() }
    }

    fn duplicate(&self, row: &Row, first: &RegistryRecord) -> BadRow {
        let field = if first.state_district_id.is_some() { Field::StateDistrictId } else { Field::Name };
        self.bad(row, field, &format!("row {} has it too, with other values", first.row))
    }
}

/// Which record this is where the source has no id: its name and place.
fn place_key(name: &str, places: [&Option<String>; 2]) -> String {
    let parts = std::iter::once(name).chain(places.into_iter().flatten().map(String::as_str));
    parts.collect::<Vec<_>>().join(" | ").to_lowercase()
}

impl RegistryRecord {
    /// A school's code contains its district's: where rows are collapsed the district's is the id.
    fn of_its_district(self) -> Self {
        match self.state_leaid.clone() {
            Some(id) => Self { key: id.clone(), state_district_id: Some(id), ..self },
            None => self,
        }
    }

    /// What a row that does not speak for its district says of it.
    fn silent(self) -> Self {
        let Self { row, key, state_district_id, state_leaid, nces_id, name, county, raw, .. } = self;
        Self { row, key, state_district_id, state_leaid, nces_id, name, county, raw, ..Self::default() }
    }

    /// Another row of the same district.
    fn take_in(&mut self, row: Self) {
        self.enrollment = match (self.enrollment, row.enrollment) {
            (Some(students), Some(more)) => Some(students.saturating_add(more)),
            (one, other) => one.or(other),
        };
        let more = match row.raw {
            Value::Array(rows) => rows,
            one => vec![one],
        };
        match &mut self.raw {
            Value::Array(rows) => rows.extend(more),
            first => *first = std::iter::once(first.take()).chain(more).collect(),
        }
    }
}
