//! Repairs by name: what a publisher does to a file that no column mapping can undo.

use super::RegistryRecord;
use super::clean;
use crate::address::Address;

/// A repair that a declaration asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// `street` holds a whole address, `123 Main St, Olympia, WA 98501`: split it into street, city and zip. A
    /// column that is one is better declared as `address`.
    SplitAddress,
    /// `city` holds `Olympia, WA 98501`: split it into city and zip, as `address` does.
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
    let Some(Address { street: Some(street), city: Some(city), zip: Some(zip), .. }) =
        record.street.as_deref().and_then(clean::address)
    else {
        return;
    };
    record.street = Some(street);
    record.city.get_or_insert(city);
    record.zip.get_or_insert(zip);
}

fn split_city(record: &mut RegistryRecord) {
    let Some(Address { city: Some(city), zip, .. }) = record.city.as_deref().and_then(clean::address) else { return };
    record.city = Some(city);
    record.zip = record.zip.take().or(zip);
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
