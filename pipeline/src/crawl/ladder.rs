//! The recovery ladder: the addresses at which a district's website may be, one rung after the other.

use url::Url;

use super::address::{site_of, site_of_mail, twins, website};

/// A rung and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub url: Url,
    /// `website`, `twin`, `other source` or `e-mail`.
    pub from: &'static str,
}

/// The best source's website and its twins, the other sources' websites and theirs, the sites of e-mail addresses.
pub fn rungs(websites: &[String], mails: &[String]) -> Vec<Rung> {
    let named = websites.iter().filter_map(|text| website(text)).enumerate();
    let mailed = mails.iter().filter_map(|mail| site_of_mail(mail));
    let all = named.map(|(at, url)| (url, if at == 0 { "website" } else { "other source" }));
    let all = all.chain(mailed.map(|url| (url, "e-mail")));
    let mut rungs: Vec<Rung> = Vec::new();
    for (url, from) in all {
        if rungs.iter().any(|rung| site_of(&rung.url) == site_of(&url) && rung.url.path() == url.path()) {
            continue;
        }
        let rung = |(at, url)| Rung { url, from: if at == 0 { from } else { "twin" } };
        rungs.extend(twins(&url).into_iter().enumerate().map(rung));
    }
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_tried_once_with_its_twins() {
        let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let all = rungs(
            &text(&["N/A", "http://www.one.org", "https://one.org/", "two.org"]),
            &text(&["a@one.org", "b@gmail.com", "c@three.org"]),
        );
        let words: Vec<String> = all.iter().map(|rung| format!("{} {}", rung.from, rung.url)).collect();
        assert_eq!(
            words,
            [
                "website http://www.one.org/",
                "twin http://one.org/",
                "twin https://www.one.org/",
                "twin https://one.org/",
                "other source https://two.org/",
                "twin https://www.two.org/",
                "twin http://two.org/",
                "twin http://www.two.org/",
                "e-mail https://three.org/",
                "twin https://www.three.org/",
                "twin http://three.org/",
                "twin http://www.three.org/",
            ]
        );
    }
}
