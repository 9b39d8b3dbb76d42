//! Counts of features: a table as large as its text needs, made for one text and gone with it.

/// Features with their counts and weights. A feature is a hash already, so its own bits say where it stands.
pub(super) struct Features {
    slots: Vec<Slot>,
    shift: u32,
}

#[derive(Clone, Copy)]
struct Slot {
    feature: u64,
    /// 0: the slot is free.
    count: u32,
    weight: f32,
}

impl Features {
    /// Room for so many different ones.
    pub fn with_room(most: usize) -> Self {
        let size = (2 * most.max(8)).next_power_of_two();
        Self { slots: vec![Slot { feature: 0, count: 0, weight: 0.0 }; size], shift: 64 - size.trailing_zeros() }
    }

    /// One more of a feature. It keeps the weight it came with first.
    pub fn add(&mut self, feature: u64, weight: f32) {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let mask = self.slots.len() - 1;
        let mut at = (feature.wrapping_mul(GOLDEN) >> self.shift) as usize;
        loop {
            let slot = &mut self.slots[at & mask];
            if slot.count == 0 {
                *slot = Slot { feature, count: 1, weight };
                return;
            }
            if slot.feature == feature {
                slot.count += 1;
                return;
            }
            at += 1;
        }
    }

    /// Every feature, its count and its weight, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32, f32)> {
        self.slots.iter().filter(|slot| slot.count > 0).map(|slot| (slot.feature, slot.count, slot.weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_counted_up_to_the_last_place() {
        let mut features = Features::with_room(100);
        for round in 0..3 {
            (0..100).filter(|feature| feature % 3 >= round).for_each(|feature| features.add(feature, 1.0));
        }
        let mut all: Vec<(u64, u32, f32)> = features.iter().collect();
        all.sort_by_key(|(feature, ..)| *feature);
        let wanted: Vec<(u64, u32, f32)> = (0..100).map(|feature| (feature, feature as u32 % 3 + 1, 1.0)).collect();
        assert_eq!(all, wanted);
    }
}
