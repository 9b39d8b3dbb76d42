//! What a run ends with: a summary for people, or the same for machines.

mod figures;
mod summary;
mod truth;

pub use figures::Figures;
pub(crate) use summary::grouped;
pub use summary::{Ending, print_human, print_json};
pub use truth::{Truth, against_truth};
