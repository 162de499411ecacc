//! A map of how likely each pixel is part of text, to the places of lines.

use rten_imageproc::{PointF, min_area_rect};

use super::large;
use super::quad::{Point, Quad};

/// From here on a pixel is text.
const TEXT: f32 = 0.2;
/// The mean over a region from which on it is one.
const REGION: f32 = 0.4;
/// The map shows the core of a line; so much of its area over its girth is around it.
const GROWTH: f32 = 1.4;
/// Pixels of the map that a region is high at the least, if it is no thread through large letters.
const LOWEST: f32 = 3.0;
/// Regions of one image.
const MOST: usize = 2000;

/// A map of probabilities, row by row.
pub(super) struct Map<'a> {
    pub(super) width: usize,
    pub(super) values: &'a [f32],
}

/// Pixels that hang together.
#[derive(Default)]
struct Region {
    edge: Vec<PointF>,
    sum: f32,
    pixels: u32,
}

/// The lines in a map, scaled to the image, the highest first.
pub(super) fn lines(map: &Map<'_>, scale: (f32, f32)) -> Vec<Quad> {
    regions(map).iter().filter_map(|region| quad(region, scale)).take(MOST).collect()
}

fn quad(region: &Region, scale: (f32, f32)) -> Option<Quad> {
    if region.pixels == 0 || region.sum / (region.pixels as f32) < REGION {
        return None;
    }
    let corners = min_area_rect(&region.edge)?.corners();
    let quad = Quad::of_corners(corners.map(|p| Point { x: p.x + 0.5, y: p.y + 0.5 }));
    // Corners are middles of pixels.
    let (width, height) = (quad.width() + 1.0, quad.height() + 1.0);
    let grown = quad.grown(width * height * GROWTH / (2.0 * (width + height)), scale);
    (width.min(height) >= LOWEST || large::is_thread(&grown)).then_some(grown)
}

/// Labels pixels that touch, also by a corner, in one pass over the rows.
fn regions(map: &Map<'_>) -> Vec<Region> {
    let width = map.width;
    let mut sets = Sets(vec![0]);
    let mut above = vec![0_u32; width + 2];
    let mut labels = vec![0_u32; map.values.len()];
    let mut row = vec![0_u32; width + 2];
    for (values, labels) in map.values.chunks_exact(width).zip(labels.chunks_exact_mut(width)) {
        row.fill(0);
        for x in 0..width {
            if values[x] <= TEXT {
                continue;
            }
            let near = [row[x], above[x], above[x + 1], above[x + 2]];
            let label = sets.join(near);
            row[x + 1] = label;
            labels[x] = label;
        }
        std::mem::swap(&mut above, &mut row);
    }
    collect(map, &labels, &mut sets)
}

fn collect(map: &Map<'_>, labels: &[u32], sets: &mut Sets) -> Vec<Region> {
    let width = map.width;
    let mut numbers = vec![u32::MAX; sets.0.len()];
    let mut regions: Vec<Region> = Vec::new();
    for (y, (values, labels)) in
        map.values.chunks_exact(width).zip(labels.chunks_exact(width)).enumerate()
    {
        for (x, (value, label)) in values.iter().zip(labels).enumerate() {
            if *label == 0 {
                continue;
            }
            let root = sets.root(*label) as usize;
            if numbers[root] == u32::MAX {
                numbers[root] = regions.len() as u32;
                regions.push(Region::default());
            }
            let region = &mut regions[numbers[root] as usize];
            region.sum += value;
            region.pixels += 1;
            // The hull is one of the ends of rows.
            let inside = x > 0 && x + 1 < width && labels[x - 1] != 0 && labels[x + 1] != 0;
            if !inside {
                region.edge.push(PointF::from_yx(y as f32, x as f32));
            }
        }
    }
    regions
}

/// Labels that turned out to be one, as a forest.
struct Sets(Vec<u32>);

impl Sets {
    /// The label for a pixel with these neighbours, which become one.
    fn join(&mut self, near: [u32; 4]) -> u32 {
        let mut label = 0;
        for other in near.into_iter().filter(|other| *other != 0) {
            let root = self.root(other);
            if label == 0 {
                label = root;
            } else if root != label {
                let (low, high) = (root.min(label), root.max(label));
                self.0[high as usize] = low;
                label = low;
            }
        }
        if label == 0 {
            label = self.0.len() as u32;
            self.0.push(label);
        }
        label
    }

    fn root(&mut self, mut label: u32) -> u32 {
        while self.0[label as usize] != label {
            let up = self.0[self.0[label as usize] as usize];
            self.0[label as usize] = up;
            label = up;
        }
        label
    }
}
