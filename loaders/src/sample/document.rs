//! Documents of the districts: JSON lines, and a folder of text files.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;

use super::agency::Agency;
use super::rng::Rng;
use super::vocabulary::{THEMES, Theme};
use super::{SampleError, io};

/// Every so many documents one lies in the folder instead of the JSON lines.
const FOLDER_EVERY: usize = 12;

/// Writes `count` documents below `folder`.
pub(super) fn write(folder: &Path, agencies: &[Agency], count: usize, seed: u64) -> Result<(), SampleError> {
    let lines_path = folder.join("plans.jsonl");
    let mut lines = BufWriter::new(File::create(&lines_path).map_err(io(&lines_path))?);
    let mut rng = Rng::for_purpose(seed, "documents");
    for index in 0..count {
        // 7919 is prime: the documents spread over the country, each agency in turn.
        let agency = &agencies[(index * 7919) % agencies.len()];
        let theme = &THEMES[index % THEMES.len()];
        let text = text_of(agency, theme, &mut rng);
        if index % FOLDER_EVERY == 0 {
            write_file(&folder.join("texts"), agency, theme, index, &text)?;
        } else {
            let line = json_line(agency, theme, index, &text, &mut rng);
            writeln!(lines, "{line}").map_err(io(&lines_path))?;
        }
    }
    lines.flush().map_err(io(&lines_path))
}

fn json_line(agency: &Agency, theme: &Theme, index: usize, text: &str, rng: &mut Rng) -> serde_json::Value {
    let slug = theme.title.to_lowercase().replace(' ', "-");
    json!({
        "nces_id": agency.nces_id,
        "url": format!("http://www.{}/documents/{slug}-{index}.pdf", agency.domain),
        "type": "PDF",
        "title": format!("{} {}", agency.place, theme.title),
        "category": theme.category,
        "date": format!("20{}-{:02}-15", 20 + rng.below(6), 1 + rng.below(12)),
        "text": text,
    })
}

fn write_file(folder: &Path, agency: &Agency, theme: &Theme, index: usize, text: &str) -> Result<(), SampleError> {
    let folder = folder.join(&agency.nces_id);
    fs::create_dir_all(&folder).map_err(io(&folder))?;
    let path = folder.join(format!("{}-{index}.txt", theme.title.to_lowercase().replace(' ', "-")));
    fs::write(&path, text).map_err(io(&path))
}

/// Some sections of some paragraphs: mostly on the theme, sometimes about something else.
fn text_of(agency: &Agency, theme: &Theme, rng: &mut Rng) -> String {
    let mut text = format!("{}\n{}\n\n", agency.name(), theme.title);
    for section in 1..=2 + rng.below(4) {
        let about = if rng.chance(800) { theme } else { &THEMES[rng.below(THEMES.len())] };
        text.push_str(&format!("{section}. {}\n\n", heading(about, rng)));
        for _ in 0..2 + rng.below(2) {
            text.push_str(&paragraph(agency, about, rng));
            text.push_str("\n\n");
        }
    }
    text
}

fn heading(theme: &Theme, rng: &mut Rng) -> String {
    let lead = rng.pick(&["Why", "How we work", "Where we stand", "What comes next", "Who is responsible", "Measures"]);
    format!("{lead}: {}", theme.title)
}

fn paragraph(agency: &Agency, theme: &Theme, rng: &mut Rng) -> String {
    let count = 4 + rng.below(5);
    let sentences =
        (0..count).map(|_| rng.pick(theme.sentences).replace("{d}", &agency.place).replace("{c}", &agency.city));
    sentences.collect::<Vec<_>>().join(" ")
}
