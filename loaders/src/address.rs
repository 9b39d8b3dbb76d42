//! A street address in its parts, and on one line.

/// A street address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street lines, joined by commas.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Two-letter state.
    pub state: Option<String>,
    /// Five digits, or five and four.
    pub zip: Option<String>,
}

impl Address {
    /// The address on one line.
    pub fn one_line(&self) -> Option<String> {
        let place = [self.state.as_deref(), self.zip.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let parts = [self.street.as_deref(), self.city.as_deref(), Some(place.as_str())];
        let line = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        (!line.is_empty()).then_some(line)
    }
}
