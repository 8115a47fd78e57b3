//! New moons: Meeus, *Astronomical Algorithms* (2nd ed. 1998), chapter 49. Right to 20 seconds in these centuries.

/// The corrections: hundred-thousandths of a day, the power of the orbit's eccentricity, and how often M, M′ and F
/// (anomalies of the sun and the moon, the moon's argument of latitude) stand in the sine.
const TERMS: [(f64, i32, [f64; 3]); 24] = [
    (-40_720.0, 0, [0.0, 1.0, 0.0]),
    (17_241.0, 1, [1.0, 0.0, 0.0]),
    (1_608.0, 0, [0.0, 2.0, 0.0]),
    (1_039.0, 0, [0.0, 0.0, 2.0]),
    (739.0, 1, [-1.0, 1.0, 0.0]),
    (-514.0, 1, [1.0, 1.0, 0.0]),
    (208.0, 2, [2.0, 0.0, 0.0]),
    (-111.0, 0, [0.0, 1.0, -2.0]),
    (-57.0, 0, [0.0, 1.0, 2.0]),
    (56.0, 1, [1.0, 2.0, 0.0]),
    (-42.0, 0, [0.0, 3.0, 0.0]),
    (42.0, 1, [1.0, 0.0, 2.0]),
    (38.0, 1, [1.0, 0.0, -2.0]),
    (-24.0, 1, [-1.0, 2.0, 0.0]),
    (-7.0, 0, [2.0, 1.0, 0.0]),
    (4.0, 0, [0.0, 2.0, -2.0]),
    (4.0, 0, [3.0, 0.0, 0.0]),
    (3.0, 0, [1.0, 1.0, -2.0]),
    (3.0, 0, [0.0, 2.0, 2.0]),
    (-3.0, 0, [1.0, 1.0, 2.0]),
    (3.0, 0, [-1.0, 1.0, 2.0]),
    (-2.0, 0, [-1.0, 1.0, -2.0]),
    (-2.0, 0, [1.0, 3.0, 0.0]),
    (2.0, 0, [0.0, 4.0, 0.0]),
];

/// What the planets pull: millionths of a day, and an argument that grows with each lunation, in degrees.
const PLANETS: [(f64, f64, f64); 14] = [
    (325.0, 299.77, 0.107_408),
    (165.0, 251.88, 0.016_321),
    (164.0, 251.83, 26.651_886),
    (126.0, 349.42, 36.412_478),
    (110.0, 84.66, 18.206_239),
    (62.0, 141.74, 53.303_771),
    (60.0, 207.14, 2.453_732),
    (56.0, 154.84, 7.306_860),
    (47.0, 34.52, 27.261_239),
    (42.0, 207.19, 0.121_824),
    (40.0, 291.34, 1.844_379),
    (37.0, 161.72, 24.198_154),
    (35.0, 239.56, 25.513_099),
    (23.0, 331.55, 3.592_518),
];

/// Returns when the new moon of a lunation is, as a Julian day of terrestrial time; lunation 0 is that of 2000-01-06.
pub(super) fn new_moon(lunation: i32) -> f64 {
    let k = f64::from(lunation);
    let t = k / 1236.85;
    let (t2, t3, t4) = (t * t, t.powi(3), t.powi(4));
    let mean = 2_451_550.097_66 + 29.530_588_861 * k + 0.000_154_37 * t2 - 0.000_000_150 * t3 + 0.000_000_000_73 * t4;
    let eccentricity = 1.0 - 0.002_516 * t - 0.000_007_4 * t2;
    let sun = 2.5534 + 29.105_356_70 * k - 0.000_001_4 * t2 - 0.000_000_11 * t3;
    let moon = 201.5643 + 385.816_935_28 * k + 0.010_758_2 * t2 + 0.000_012_38 * t3 - 0.000_000_058 * t4;
    let latitude = 160.7108 + 390.670_502_84 * k - 0.001_611_8 * t2 - 0.000_002_27 * t3 + 0.000_000_011 * t4;
    let node: f64 = 124.7746 - 1.563_755_88 * k + 0.002_067_2 * t2 + 0.000_002_15 * t3;
    let orbit: f64 = TERMS
        .iter()
        .map(|(size, power, [m, n, f])| {
            size * eccentricity.powi(*power) * (m * sun + n * moon + f * latitude).to_radians().sin()
        })
        .sum();
    let planets: f64 = PLANETS
        .iter()
        .enumerate()
        .map(|(i, (size, start, step))| {
            let bend = if i == 0 { 0.009_173 * t2 } else { 0.0 };
            size * (start + step * k - bend).to_radians().sin()
        })
        .sum();
    mean + (orbit - 17.0 * node.to_radians().sin()) * 1e-5 + planets * 1e-6
}
