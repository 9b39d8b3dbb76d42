//! Repairs by name: what a publisher does to a file that no column mapping can undo.

use super::RegistryRecord;

/// A repair that a declaration asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// `street` holds a whole address, `123 Main St, Olympia, WA 98501`: split it into street, city and zip.
    SplitAddress,
    /// `city` holds `Olympia, WA 98501`: split it into city and zip.
    SplitCity,
    /// Names are written in capitals: write them as names are written.
    Recase,
    /// A person without a comma is written last name first.
    LastNameFirst,
}

impl Repair {
    /// The record, repaired. What does not look as the repair expects stays as it is.
    pub(super) fn apply(self, record: &mut RegistryRecord) {
        match self {
            Self::SplitAddress => split_address(record),
            Self::SplitCity => split_city(record),
            Self::Recase => {
                record.name = recased(&record.name);
                for text in [
                    &mut record.city,
                    &mut record.county,
                    &mut record.administrator_first,
                    &mut record.administrator_last,
                ] {
                    *text = text.as_deref().map(recased);
                }
            }
            Self::LastNameFirst => {
                std::mem::swap(&mut record.administrator_first, &mut record.administrator_last);
            }
        }
    }
}

fn split_address(record: &mut RegistryRecord) {
    let Some(whole) = record.street.clone() else { return };
    let parts: Vec<&str> = whole.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let [street @ .., city, tail] = parts.as_slice() else { return };
    let Some(zip) = zip_of(tail) else { return };
    if street.is_empty() {
        return;
    }
    record.street = Some(street.join(", "));
    record.city.get_or_insert_with(|| (*city).to_owned());
    record.zip.get_or_insert(zip);
}

fn split_city(record: &mut RegistryRecord) {
    let Some(whole) = record.city.clone() else { return };
    let Some((city, tail)) = whole.rsplit_once(',') else { return };
    if let Some(zip) = zip_of(tail) {
        record.zip.get_or_insert(zip);
    }
    record.city = Some(city.trim().to_owned());
}

/// `WA 98501-1234` ends in a zip.
fn zip_of(tail: &str) -> Option<String> {
    let last = tail.split_whitespace().last()?;
    let digits = last.chars().filter(char::is_ascii_digit).count();
    let is_zip = matches!(digits, 5 | 9) && last.chars().all(|c| c.is_ascii_digit() || c == '-');
    is_zip.then(|| super::clean::zip(last)).flatten()
}

/// `ST. MARY'S ISD` → `St. Mary's ISD`: short words of consonants stay as they are.
fn recased(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    text.split(' ').map(recased_word).collect::<Vec<_>>().join(" ")
}

fn recased_word(word: &str) -> String {
    const KEPT: &[&str] =
        &["ISD", "CISD", "USD", "UHSD", "CUSD", "RSD", "SD", "SAD", "RSU", "BOCES", "ROP", "COE", "II", "III", "IV"];
    if KEPT.contains(&word) || word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut is_start = true;
    let recase = |c: char| {
        let cased: String = if is_start { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
        is_start = matches!(c, '-' | '/' | '(');
        cased
    };
    word.chars().map(recase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_addresses_are_split_and_others_left() {
        let mut record =
            RegistryRecord { street: Some("123 Main St, Suite 4, Olympia, WA 98501".to_owned()), ..Default::default() };
        Repair::SplitAddress.apply(&mut record);
        assert_eq!(record.street.as_deref(), Some("123 Main St, Suite 4"));
        assert_eq!((record.city.as_deref(), record.zip.as_deref()), (Some("Olympia"), Some("98501")));
        let mut plain = RegistryRecord { street: Some("PO Box 4, Rural".to_owned()), ..Default::default() };
        Repair::SplitAddress.apply(&mut plain);
        assert_eq!(plain.street.as_deref(), Some("PO Box 4, Rural"));
    }

    #[test]
    fn capitals_become_names() {
        assert_eq!(recased("ST. MARY'S ISD"), "St. Mary's ISD");
        assert_eq!(recased("WINSTON-SALEM"), "Winston-Salem");
        assert_eq!(recased("McAllen ISD"), "McAllen ISD");
    }
}
