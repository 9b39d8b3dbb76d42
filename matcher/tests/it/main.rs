//! Linkage on small lists whose truth is known.

mod cases;
mod counties;
mod labelled;
mod lists;
mod neighbours;
mod order;
mod quoted;
