//! How right links are: the same records with less of them shown, held against the truth.

mod blocking;

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::{Agency, Outcome};

pub use blocking::Blocking;

/// A way to make the task harder.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name in reports.
    pub name: String,
    /// The ids are hidden.
    pub hides_ids: bool,
    /// Fields that are shown beside the name; none means all.
    pub fields: Option<Vec<String>>,
    /// Share of the true LEAs that are taken out of the list.
    pub drops: f64,
}

/// Fields a setting can show.
pub const FIELDS: &[&str] = &["city", "county", "zip", "street", "phone", "web", "kind", "person"];

impl Setting {
    /// The standard settings: all fields, name and city, names only, partner missing.
    pub fn standard() -> Vec<Self> {
        let setting = |name: &str, fields: Option<&[&str]>, drops: f64| Self {
            name: name.to_owned(),
            hides_ids: true,
            fields: fields.map(|fields| fields.iter().map(|field| (*field).to_owned()).collect()),
            drops,
        };
        vec![
            setting("all fields", None, 0.0),
            setting("name and city", Some(&["city"]), 0.0),
            setting("names only", Some(&[]), 0.0),
            setting("partner missing", None, 0.1),
            setting("names only, partner missing", Some(&[]), 0.1),
        ]
    }

    /// The settings that training adds: many partners missing, so that "none of them" is learned.
    pub fn for_training() -> Vec<Self> {
        let missing = |name: &str, fields: Option<Vec<String>>| Self {
            name: name.to_owned(),
            hides_ids: true,
            fields,
            drops: 0.3,
        };
        vec![missing("three in ten missing", None), missing("names only, three in ten missing", Some(Vec::new()))]
    }

    /// Records as they look in this setting.
    pub fn mask(&self, records: &[Agency]) -> Vec<Agency> {
        records.iter().map(|record| self.masked(record)).collect()
    }

    fn masked(&self, record: &Agency) -> Agency {
        let mut masked = record.clone();
        if self.hides_ids {
            (masked.nces_id, masked.state_leaid) = (None, None);
        }
        let Some(fields) = &self.fields else { return masked };
        let shows = |field: &str| fields.iter().any(|shown| shown == field);
        for place in &mut masked.places {
            place.city = place.city.take().filter(|_| shows("city"));
            place.zip = place.zip.take().filter(|_| shows("zip"));
            place.street = place.street.take().filter(|_| shows("street"));
        }
        masked.county = masked.county.filter(|_| shows("county"));
        masked.phone = masked.phone.filter(|_| shows("phone"));
        masked.web = masked.web.filter(|_| shows("web"));
        masked.kind = masked.kind.filter(|_| shows("kind"));
        masked.person = masked.person.filter(|_| shows("person"));
        masked
    }

    /// The LEAs that remain; which go is told by their ids, so that it is always the same ones.
    pub fn thin(&self, leas: &[Agency]) -> Vec<Agency> {
        let stays = |lea: &&Agency| share_of(lea.nces_id.as_deref().unwrap_or_default()) >= self.drops;
        leas.iter().filter(stays).cloned().collect()
    }
}

/// A number from 0 to 1 that hangs on the text alone (FNV-1a).
fn share_of(text: &str) -> f64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    // The high bits of FNV are the well mixed ones.
    ((hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / (1u64 << 53) as f64
}

/// One record, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Position of the record.
    pub record: usize,
    /// Its state.
    pub state: String,
    /// The list it is of.
    pub list: String,
    /// Whether its true LEA is in the list.
    pub has_partner: bool,
    /// Whether its name is nobody else's in its state.
    pub is_unique: bool,
    /// Probability before calibration, confidence after, of the best candidate.
    pub proposed: Option<(f64, f64)>,
    /// Whether that candidate is the true one.
    pub is_right: bool,
    /// Whether it was linked without a person.
    pub is_accepted: bool,
}

/// Judges outcomes: `truth` is the NCES id of each record.
pub fn judge(records: &[Agency], leas: &[Agency], truth: &[String], outcomes: &[Outcome]) -> Vec<Judged> {
    let known: std::collections::HashSet<&str> = leas.iter().filter_map(|lea| lea.nces_id.as_deref()).collect();
    let mut names: BTreeMap<(&str, CompactString), usize> = BTreeMap::new();
    let key = |agency: &Agency| crate::name::Name::parse_in(&agency.state, &agency.name).said;
    for lea in leas {
        *names.entry((lea.state.as_str(), key(lea))).or_default() += 1;
    }
    outcomes
        .iter()
        .map(|outcome| {
            let record = &records[outcome.record];
            let true_id = truth[outcome.record].as_str();
            let best = outcome.best.as_ref();
            Judged {
                record: outcome.record,
                state: record.state.clone(),
                list: record.list.clone(),
                has_partner: known.contains(true_id),
                is_unique: names.get(&(record.state.as_str(), key(record))).copied().unwrap_or(0) <= 1,
                proposed: best.map(|best| (best.probability, best.confidence)),
                is_right: best.is_some_and(|best| leas[best.lea].nces_id.as_deref() == Some(true_id)),
                is_accepted: best.is_some() && outcome.review.is_none(),
            }
        })
        .collect()
}

/// How a set of records did.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Score {
    /// Records.
    pub records: usize,
    /// Records whose true LEA is in the list.
    pub with_partner: usize,
    /// Links made without a person.
    pub accepted: usize,
    /// Of those, wrong ones.
    pub wrong: usize,
    /// Of the wrong ones, those whose record has no partner.
    pub wrong_without_partner: usize,
    /// Records left to a person.
    pub review: usize,
    /// Share of the links that are right.
    pub precision: f64,
    /// 95 % interval of the precision (Wilson).
    pub precision_interval: (f64, f64),
    /// Share of the records with a partner that are linked rightly without a person.
    pub recall: f64,
    /// 95 % interval of the recall.
    pub recall_interval: (f64, f64),
    /// The same, of records whose name is unique in their state.
    pub recall_of_unique: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Recall at the lowest threshold that keeps precision at .999.
    pub recall_at_999: f64,
    /// Expected calibration error over ten bins of equal width, of all proposals.
    pub ece: f64,
    /// Mean squared error of the confidence.
    pub brier: f64,
    /// Per bin of confidence: how many, mean confidence, share right.
    pub reliability: Vec<(usize, f64, f64)>,
}

impl Score {
    /// Of each group that `key` names: a state, a list.
    pub fn by<'a>(judged: &'a [Judged], key: impl Fn(&'a Judged) -> &'a str) -> BTreeMap<&'a str, Self> {
        let mut groups: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
        judged.iter().for_each(|one| groups.entry(key(one)).or_default().push(one));
        groups.into_iter().map(|(name, of)| (name, Self::of(of))).collect()
    }

    /// Of these records.
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Self {
        let judged: Vec<&Judged> = judged.into_iter().collect();
        let count = |is: &dyn Fn(&&&Judged) -> bool| judged.iter().filter(is).count();
        let accepted = count(&|one| one.is_accepted);
        let right = count(&|one| one.is_accepted && one.is_right);
        let with_partner = count(&|one| one.has_partner);
        let unique = count(&|one| one.has_partner && one.is_unique);
        let unique_right = count(&|one| one.is_accepted && one.is_right && one.is_unique);
        let (precision, recall) = (ratio(right, accepted), ratio(right, with_partner));
        let reliability = reliability(&judged);
        let proposed: usize = reliability.iter().map(|(count, _, _)| count).sum();
        let ece = reliability.iter().map(|(count, mean, share)| ratio(*count, proposed) * (mean - share).abs()).sum();
        Self {
            records: judged.len(),
            with_partner,
            accepted,
            wrong: accepted - right,
            wrong_without_partner: count(&|one| one.is_accepted && !one.has_partner),
            review: count(&|one| one.proposed.is_some() && !one.is_accepted),
            precision,
            precision_interval: wilson(right, accepted),
            recall,
            recall_interval: wilson(right, with_partner),
            recall_of_unique: ratio(unique_right, unique),
            f1: if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 },
            recall_at_999: recall_at(&judged, 0.999, with_partner),
            ece,
            brier: brier(&judged),
            reliability,
        }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Wilson's 95 % interval of a share.
fn wilson(part: usize, whole: usize) -> (f64, f64) {
    const Z: f64 = 1.96;
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (share, n) = (ratio(part, whole), whole as f64);
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
}

fn reliability(judged: &[&Judged]) -> Vec<(usize, f64, f64)> {
    const BINS: usize = 10;
    let mut bins = vec![(0usize, 0.0, 0usize); BINS];
    for one in judged {
        let Some((_, confidence)) = one.proposed else { continue };
        let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + confidence, bin.2 + usize::from(one.is_right));
    }
    bins.into_iter().map(|(count, sum, right)| (count, sum / count.max(1) as f64, ratio(right, count))).collect()
}

fn brier(judged: &[&Judged]) -> f64 {
    let errors = judged.iter().filter_map(|one| {
        let (_, confidence) = one.proposed?;
        Some((confidence - f64::from(u8::from(one.is_right))).powi(2))
    });
    let (count, sum) = errors.fold((0usize, 0.0), |(count, sum), error| (count + 1, sum + error));
    sum / count.max(1) as f64
}

/// Ties in confidence are taken or left together.
fn recall_at(judged: &[&Judged], precision: f64, with_partner: usize) -> f64 {
    let mut proposed: Vec<(f64, bool)> =
        judged.iter().filter_map(|one| one.proposed.map(|(probability, _)| (probability, one.is_right))).collect();
    proposed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best) = (0usize, 0usize);
    for (index, (probability, is_right)) in proposed.iter().enumerate() {
        right += usize::from(*is_right);
        let is_end_of_tie = proposed.get(index + 1).is_none_or(|next| next.0 < *probability);
        if is_end_of_tie && right as f64 >= precision * (index + 1) as f64 {
            best = right;
        }
    }
    ratio(best, with_partner)
}
