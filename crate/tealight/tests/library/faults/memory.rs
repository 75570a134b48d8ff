//! What needs more memory than there is.

use super::super::{points, quiet, says};
#[cfg(target_os = "linux")]
use super::{PLACE, child, passed};
use tealight::prelude::*;

#[test]
fn a_layer_of_50_gigabytes_is_refused_before_it_is_allocated() {
    let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(17_000_000));
    let parts = ["Dense \"dense\": 13,345,000,000 parameters (49.71 GB)", "up to 8.00 GB", "fewer units"];
    says(network.build(1), ErrorKind::Argument, &parts);
}

/// In an address space of 3 GB, and with as much data, so that it is the same on every machine.
#[cfg(target_os = "linux")]
#[test]
fn what_does_not_fit_the_memory_that_is_left_is_refused() {
    for limits in ["ulimit -v 3000000;", "ulimit -d 3000000;"] {
        passed(child(limits, "faults::memory::within_three_gigabytes").env(PLACE, "").output().unwrap());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn within_three_gigabytes() {
    if std::env::var_os(PLACE).is_none() {
        return;
    }
    let network = Sequential::new([30_000]).add(Dense::new(30_000));
    let parts =
        ["900,030,000 parameters, most of them in Dense \"dense\", takes 3.35 GB of memory", "are free", "fewer"];
    says(network.build(1), ErrorKind::Argument, &parts);

    let mut model = Sequential::new([2]).add(Dense::new(1_000_000)).add(Dense::new(1)).build(1).unwrap();
    model.compile(SGD::new(), MeanSquaredError, None::<Metric>).unwrap();
    let data = points(1000);
    let parts = ["Model::fit: a step on 1000 examples takes 7.45 GB of memory", "smaller batch_size"];
    says(model.fit(&data, quiet().batch_size(1000)), ErrorKind::Argument, &parts);
    model.fit(&data.take(8).unwrap(), quiet().batch_size(4)).unwrap();

    let model = Sequential::new([2]).add(Dense::new(1_000_000)).build(1).unwrap();
    let parts = ["Model::predict: to give 1000000 outputs for each of 1000 examples takes 7.4", "fewer examples"];
    says(model.predict(&data), ErrorKind::Argument, &parts);

    // Patches of 360,000 windows with as many cells each.
    let conv = Conv2D::new(1, [600, 600]).padding(Padding::Same);
    let mut model = Sequential::new([600, 600, 1]).add(conv).build(1).unwrap();
    model.compile(SGD::new(), MeanSquaredError, None::<Metric>).unwrap();
    let image = Dataset::from_bytes(vec![0; 360_000], [600, 600, 1], vec![0], ["a"]).unwrap();
    says(model.predict(&image), ErrorKind::Argument, &["Model::predict", "GB of memory", "are free"]);

    // 2000 examples that share a million bytes.
    let image = Dataset::from_bytes(vec![7; 1_000_000], [1000, 1000], vec![0], ["a"]).unwrap();
    let many = image.select(&[0; 2000]).unwrap();
    let parts = ["Dataset::augment: ", "GB of memory", "are free", "fewer"];
    says(many.augment(&Augment::new().add(RandomFlip::new()), 2, 1), ErrorKind::Argument, &parts);
    let parts = ["Dataset::concat: ", "4000 examples", "GB of memory", "are free", "fewer"];
    says(many.concat([&many]), ErrorKind::Argument, &parts);
    let parts = ["Dataset: ", "2000 examples", "7.45 GB of memory", "are free", "fewer"];
    says(many.to_tensors(), ErrorKind::Argument, &parts);

    pictures_of_which_only_the_first_is_grey();
    headers_that_promise_more_than_is_there();
}

#[cfg(target_os = "linux")]
fn pictures_of_which_only_the_first_is_grey() {
    let folder = tempfile::tempdir().unwrap();
    let class = folder.path().join("class");
    std::fs::create_dir(&class).unwrap();
    let put = |name: &str, color, channels: usize| {
        let mut encoder = png::Encoder::new(std::fs::File::create(class.join(name)).unwrap(), 5000, 5000);
        encoder.set_color(color);
        encoder.write_header().unwrap().write_image_data(&vec![0; 25_000_000 * channels]).unwrap();
    };
    put("a.png", png::ColorType::Grayscale, 1);
    put("b.png", png::ColorType::Rgb, 3);
    (0..24).for_each(|number| drop(std::fs::hard_link(class.join("b.png"), class.join(format!("c{number}.png")))));
    let parts = [": to read 26 images takes 3.63 GB of memory", "are free", "fewer or smaller images"];
    says(Dataset::from_folder(folder.path()), ErrorKind::Argument, &parts);
}

#[cfg(target_os = "linux")]
fn headers_that_promise_more_than_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name)
    };
    let labels = put("labels", &[0, 0, 8, 1, 0, 0, 0, 1, 0]);
    // 4 000 000 000 bytes, of which there are 12.
    let lie = [&[0, 0, 8, 3][..], &[4000_u32, 1000, 1000].map(u32::to_be_bytes).concat(), &[1; 12]].concat();
    let parts = ["is cut short", "[4000, 1000, 1000]", "4000000000 bytes of data, but 12 are there", "Download"];
    says(Dataset::from_idx(put("plain", &lie), &labels, ["a"]), ErrorKind::Data, &parts);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &lie).unwrap();
    let zipped = put("zipped", &encoder.finish().unwrap());
    let parts = ["is damaged", "4000000000 bytes of data", "cannot hold so many", "Download"];
    says(Dataset::from_idx(zipped, labels, ["a"]), ErrorKind::Data, &parts);
}

/// With less data than a table of numbers, or a second copy of a model, would take.
#[cfg(target_os = "linux")]
#[test]
fn what_is_read_and_saved_is_not_held_more_often_than_it_fits() {
    let output = child("ulimit -d 500000;", "faults::memory::within_500_megabytes").env(PLACE, "").output().unwrap();
    passed(output);
}

#[cfg(target_os = "linux")]
#[test]
fn within_500_megabytes() {
    if std::env::var_os(PLACE).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, ".5,.5,.5,.5,.5\n".repeat(10_000_000)).unwrap();
    let parts = ["table.csv: ", "50000000 numbers takes 381.47 MB of memory", "are free", "fewer lines"];
    says(Dataset::from_csv(&path, [5]), ErrorKind::Argument, &parts);
    drop(folder);

    // 64 MB of parameters, and an optimizer that remembers 128 MB.
    let mut model = Sequential::new([4000]).add(Dense::new(4000)).build(1).unwrap();
    model.compile(Adam::new(), MeanSquaredError, None::<Metric>).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 192_000_000);
}
