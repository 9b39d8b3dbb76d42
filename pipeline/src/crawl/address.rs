//! Addresses of websites: what a person wrote made whole, its twins, and whether it is on the public internet.

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

/// `www.example.org/` as an address; none of what is none, such as `N/A`. `http://http:www.example.org`, as it is
/// published, is one.
pub fn website(text: &str) -> Option<Url> {
    let first = text.split_whitespace().next()?.trim_matches(['<', '>', '"', ',', ';']);
    let (mut rest, mut scheme) = (first, "https");
    loop {
        let lower = rest.to_ascii_lowercase();
        let found = [("https:", "https"), ("http:", "http"), ("https//", "https"), ("http//", "http")]
            .into_iter()
            .find(|(prefix, _)| lower.starts_with(prefix));
        let Some((prefix, named)) = found else { break };
        scheme = named;
        rest = rest[prefix.len()..].trim_start_matches('/');
    }
    let whole = format!("{scheme}://{rest}");
    let url = Url::parse(&whole).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_host = match url.host()? {
        Host::Domain(name) => name.contains('.') && !name.contains('@') && !name.contains('_'),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    (is_host && url.username().is_empty() && url.password().is_none()).then(|| bare(url))
}

/// The address of a document that somebody found: whole, blanks in it included.
pub fn document(text: &str) -> Option<Url> {
    let whole = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_plain = |url: &Url| url.username().is_empty() && url.password().is_none();
    whole.filter(is_plain).map(bare).or_else(|| website(text))
}

/// Without its fragment: two addresses that differ in it are one page.
pub fn bare(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// Host without `www.`, and the port: twins have one of these between them.
pub fn site_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let apex = host.strip_prefix("www.").unwrap_or(&host);
    match url.port() {
        Some(port) => format!("{apex}:{port}"),
        None => apex.to_owned(),
    }
}

/// The address itself and its twins: the other scheme, with and without `www.`.
pub fn twins(url: &Url) -> Vec<Url> {
    let mut all = vec![url.clone()];
    let other_name = match url.host() {
        Some(Host::Domain(name)) => Some(match name.strip_prefix("www.") {
            Some(apex) => apex.to_owned(),
            None => format!("www.{name}"),
        }),
        _ => None,
    };
    let other_scheme = if url.scheme() == "https" { "http" } else { "https" };
    for (scheme, name) in
        [(url.scheme(), other_name.as_deref()), (other_scheme, url.host_str()), (other_scheme, other_name.as_deref())]
    {
        let mut twin = url.clone();
        let Some(name) = name else { continue };
        // A port belongs to its scheme.
        let is_whole = twin.set_host(Some(name)).is_ok()
            && (scheme == url.scheme() || (url.port().is_none() && twin.set_scheme(scheme).is_ok()));
        if is_whole && !all.contains(&twin) {
            all.push(twin);
        }
    }
    all
}

/// The site behind an e-mail address; none for those of mail providers.
pub fn site_of_mail(mail: &str) -> Option<Url> {
    const PROVIDERS: &[&str] = &[
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
        "aol.com",
        "icloud.com",
        "msn.com",
        "live.com",
        "comcast.net",
        "att.net",
        "sbcglobal.net",
        "verizon.net",
        "charter.net",
        "cox.net",
    ];
    let (_, domain) = mail.trim().rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    if PROVIDERS.contains(&domain.as_str()) { None } else { website(&domain) }
}

/// Whether an address is one that anybody's server may have: not of this machine, this network, or any special use.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>, and the same for IPv6.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            let embedded = ip.to_ipv4_mapped().or_else(|| match (first, second) {
                // 6to4 and NAT64 carry an IPv4 address.
                (0x2002, _) => Some(v4_of(&ip.octets()[2..6])),
                (0x64, 0xff9b) => Some(v4_of(&ip.octets()[12..16])),
                _ => None,
            });
            let is_special = ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || first & 0xffc0 == 0xfec0
                || (first == 0x2001 && (second == 0xdb8 || second < 0x200))
                || (first == 0 && embedded.is_none());
            !is_special && embedded.is_none_or(is_public_v4)
        }
    }
}

fn v4_of(four: &[u8]) -> Ipv4Addr {
    Ipv4Addr::new(four[0], four[1], four[2], four[3])
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_an_address_or_none() {
        for (text, whole) in [
            ("www.troy.k12.mi.us", Some("https://www.troy.k12.mi.us/")),
            (" HTTP://Example.org/Home#top ", Some("http://example.org/Home")),
            ("http://http:www.galatiak12.org", Some("http://www.galatiak12.org/")),
            ("https://https://example.org/x, see also example.com", Some("https://example.org/x")),
            ("http//example.org", Some("http://example.org/")),
            ("N/A", None),
            ("none", None),
            ("", None),
            ("javascript:alert(1)", None),
            ("ftp://example.org", None),
            ("https://user:pass@example.org", None),
            ("supt@example.org", None),
        ] {
            assert_eq!(website(text).map(String::from).as_deref(), whole, "{text}");
        }
    }

    #[test]
    fn a_documents_address_may_have_blanks_and_no_scheme() {
        let whole = |text: &str| document(text).map(String::from);
        assert_eq!(whole("https://example.org/Plan 2024.pdf#p2").unwrap(), "https://example.org/Plan%202024.pdf");
        assert_eq!(whole("example.org/plan.pdf").unwrap(), "https://example.org/plan.pdf");
        assert_eq!(whole("see the office"), None);
    }

    #[test]
    fn twins_share_a_site() {
        let all: Vec<String> = twins(&website("example.org/a").unwrap()).into_iter().map(String::from).collect();
        assert_eq!(
            all,
            ["https://example.org/a", "https://www.example.org/a", "http://example.org/a", "http://www.example.org/a"]
        );
        assert!(all.iter().all(|twin| site_of(&Url::parse(twin).unwrap()) == "example.org"));
        assert_eq!(twins(&website("http://127.0.0.1:8080/").unwrap()).len(), 1);
        assert_ne!(site_of(&website("https://www2.example.org").unwrap()), "example.org");
    }

    #[test]
    fn only_public_addresses_are_public() {
        for ip in ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "2002:808:808::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "127.8.9.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn a_mail_provider_is_no_district() {
        assert_eq!(site_of_mail("jane@troy.k12.mi.us").unwrap().as_str(), "https://troy.k12.mi.us/");
        assert_eq!(site_of_mail("jane@gmail.com"), None);
        assert_eq!(site_of_mail("jane"), None);
    }
}
