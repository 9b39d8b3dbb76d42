//! Which links of a page are worth asking for: those whose words are the taxonomy's, then those that lead there.

use loaders::document::text::Link;
use url::Url;

use super::address::{bare, site_of};
use crate::score::Taxonomy;

/// Words of the pages on which such documents are found, and what one counts beside a phrase's 0.5 to 1.0.
const LEADING: &[(&str, f64)] = &[
    ("strategic", 0.4),
    ("graduate", 0.4),
    ("vision", 0.3),
    ("mission", 0.3),
    ("goals", 0.2),
    ("superintendent", 0.2),
    ("curriculum", 0.2),
    ("instruction", 0.2),
    ("teaching and learning", 0.3),
    ("academics", 0.2),
    ("about", 0.15),
    ("our district", 0.15),
    ("board", 0.1),
    ("plan", 0.1),
];
/// What is no document of words, by the end of its name.
const OTHER_FILES: &[&str] = &[
    ".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".ico", ".css", ".js", ".zip", ".mp3", ".mp4", ".mov", ".avi",
    ".ics", ".xml", ".json", ".rss", ".xls", ".xlsx", ".csv", ".ppt", ".pptx", ".exe", ".dmg",
];
const DOCUMENTS: &[&str] = &[".pdf", ".docx"];

/// A link that may be asked for.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ranked {
    pub url: String,
    pub rank: f64,
    /// A PDF or docx, by its name.
    pub is_document: bool,
}

/// The links of a page that stay on its site, best first; those that nothing speaks for are left out.
pub fn ranked(page: &Url, base: Option<&str>, links: &[Link], taxonomy: &Taxonomy) -> Vec<Ranked> {
    const MOST: usize = 60;
    let base = base.and_then(|base| page.join(base).ok()).unwrap_or_else(|| page.clone());
    let mut found: Vec<Ranked> = Vec::new();
    for link in links {
        let Some(url) = base.join(&link.href).ok().map(bare) else { continue };
        let path = url.path().to_ascii_lowercase();
        let stays = matches!(url.scheme(), "http" | "https") && site_of(&url) == site_of(page) && &url != page;
        if !stays || OTHER_FILES.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let rank = rank(&link.words, &path, taxonomy);
        let is_document = DOCUMENTS.iter().any(|end| path.ends_with(end));
        match found.iter_mut().find(|known| known.url == url.as_str()) {
            Some(known) => known.rank = known.rank.max(rank),
            None if rank > 0.0 => found.push(Ranked { url: url.into(), rank, is_document }),
            None => {}
        }
    }
    found.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| a.url.cmp(&b.url)));
    found.truncate(MOST);
    found
}

/// The phrases' weights, and what leads to them.
fn rank(words: &str, path: &str, taxonomy: &Taxonomy) -> f64 {
    let path = path.replace(['/', '_', '-', '.', '+'], " ").replace("%20", " ");
    let all = format!("{words} . {path}");
    let phrases: f64 = taxonomy.phrases_in(&all).iter().map(|found| taxonomy.phrases[found.phrase].weight).sum();
    let lower = all.to_lowercase();
    let leading: f64 = LEADING.iter().filter(|(word, _)| lower.contains(word)).map(|(_, rank)| rank).sum();
    phrases * 2.0 + leading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_speak_of_graduates_come_first_and_other_sites_not_at_all() {
        let page = Url::parse("https://www.example.org/").unwrap();
        let link = |href: &str, words: &str| Link { href: href.to_owned(), words: words.to_owned() };
        let links = [
            link("/lunch", "Lunch menus"),
            link("/about", "About us"),
            link("docs/Portrait-of-a-Graduate.pdf", "Download"),
            link("https://example.org/plan#top", "Strategic Plan"),
            link("https://elsewhere.org/strategic-plan", "Strategic Plan"),
            link("mailto:a@example.org", "Strategic plan questions"),
            link("logo.png", "Our strategic plan"),
            link("/", "About"),
        ];
        let found = ranked(&page, None, &links, &Taxonomy::shipped().unwrap());
        let urls: Vec<(&str, bool)> = found.iter().map(|link| (link.url.as_str(), link.is_document)).collect();
        assert_eq!(
            urls,
            [
                ("https://www.example.org/docs/Portrait-of-a-Graduate.pdf", true),
                ("https://example.org/plan", false),
                ("https://www.example.org/about", false)
            ]
        );
    }
}
