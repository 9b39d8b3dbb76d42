//! Calibration as a picture: what a confidence says, against what came of it.

use std::path::Path;

use anyhow::anyhow;
use matcher::evaluation::Score;
use plotters::prelude::*;

const SIZE: (u32, u32) = (760, 640);
const INKS: [RGBColor; 5] =
    [RGBColor(0, 90, 160), RGBColor(200, 80, 0), RGBColor(0, 130, 90), RGBColor(150, 60, 150), RGBColor(110, 110, 110)];

/// One line per setting through its bins; a dot's size is how many proposals the bin has.
pub(super) fn calibration(path: &Path, curves: &[(String, Score)]) -> anyhow::Result<()> {
    draw(path, curves).map_err(|error| anyhow!("Failed to draw `{}`: {error}", path.display()))
}

fn draw(path: &Path, curves: &[(String, Score)]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Calibration: ten bins of confidence", ("sans-serif", 20))
        .margin(14)
        .x_label_area_size(40)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..1.0, 0.0..1.02)?;
    chart.configure_mesh().x_desc("confidence, mean of the bin").y_desc("share that is right").draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], BLACK.mix(0.3)))?;
    for ((name, score), ink) in curves.iter().zip(INKS.iter().copied().cycle()) {
        let bins: Vec<(usize, f64, f64)> = score.reliability.iter().copied().filter(|(count, ..)| *count > 0).collect();
        let label = format!("{name}: ECE {:.4}, {} proposals", score.ece, bins.iter().map(|bin| bin.0).sum::<usize>());
        chart
            .draw_series(LineSeries::new(bins.iter().map(|(_, mean, right)| (*mean, *right)), ink))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], ink));
        let size = |count: usize| 2 + (count as f64).log10().round() as i32 * 2;
        chart.draw_series(
            bins.iter().map(|(count, mean, right)| Circle::new((*mean, *right), size(*count), ink.filled())),
        )?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    area.present()?;
    Ok(())
}
