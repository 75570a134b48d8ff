//! Images of one's own: of any size and color, with what is written on them.

use super::{flat, quiet, says};
use std::fs;
use std::path::{Path, PathBuf};
use tealight::prelude::*;
use tempfile::tempdir;

/// Writes a gray PNG file.
fn put(path: &Path, [height, width]: [usize; 2], pixels: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

/// A page of this size, with the digit `scale` times as large as in MNIST at this place; `ink` and `paper` are their levels,
/// and a shadow takes `shade` of the light on the right.
fn page(
    digit: &[f32],
    [height, width]: [usize; 2],
    [top, left]: [usize; 2],
    scale: usize,
    ink: f32,
    paper: f32,
    shade: f32,
) -> Vec<u8> {
    let level = |row: usize, column: usize| {
        let at = |place: usize, begin: usize| {
            place.checked_sub(begin).map(|place| place / scale).filter(|place| *place < 28)
        };
        let cover = at(row, top).zip(at(column, left)).map_or(0.0, |(row, column)| digit[row * 28 + column] / 255.0);
        let light = 1.0 - shade * column as f32 / width as f32;
        // Grain, the same in each run.
        let grain = ((row * 7919 + column * 104_729) % 13) as f32 - 6.0;
        ((paper + (ink - paper) * cover) * light + grain).clamp(0.0, 255.0) as u8
    };
    (0..height)
        .flat_map(|row| (0..width).map(move |column| (row, column)))
        .map(|(row, column)| level(row, column))
        .collect()
}

/// A small network that knows digits, trained on images rescaled to 0…1.
fn reader() -> Model {
    let (train, _) = mnist::load().unwrap();
    let network = Sequential::new([28, 28])
        .add(Flatten)
        .add(Dense::new(64).activation(Relu))
        .add(Dense::new(10).activation(Softmax));
    let mut model = network.build(1).unwrap();
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model.fit(&train.take(20_000).unwrap().rescale(1.0 / 255.0), quiet().epochs(4)).unwrap();
    model
}

fn share_right(model: &Model, data: &Dataset) -> f64 {
    let found = model.predict_classes(&data.rescale(1.0 / 255.0)).unwrap();
    // A digit that does not occur has no folder.
    let digit = |label: &u32| data.class_names()[*label as usize].parse::<u32>().unwrap();
    found.iter().zip(data.labels()).filter(|(found, label)| **found == digit(label)).count() as f64 / data.len() as f64
}

#[test]
fn digits_on_pages_of_any_kind_are_recognized_once_they_are_centered() {
    let (_, test) = mnist::load().unwrap();
    let folder = tempdir().unwrap();
    for index in 0..60 {
        let digit = flat(&test.image(index).unwrap());
        let (size, place, scale) =
            [([90, 120], [20, 70], 1), ([300, 200], [150, 20], 5), ([160, 160], [10, 5], 4)][index % 3];
        let (ink, paper, shade) =
            [(20.0, 240.0, 0.0), (40.0, 230.0, 0.5), (240.0, 30.0, 0.0), (110.0, 220.0, 0.3)][index % 4];
        let path = folder.path().join(format!("{}/{index}.png", test.labels()[index]));
        put(&path, size, &page(&digit, size, place, scale, ink, paper, shade));
    }
    let model = reader();
    let centered = ImageLoader::new([28, 28]).centered().load(folder.path()).unwrap();
    let plain = ImageLoader::new([28, 28]).grayscale().load(folder.path()).unwrap();
    let (centered, plain) = (share_right(&model, &centered), share_right(&model, &plain));
    assert!(centered >= 0.9, "{centered}");
    assert!(plain < centered - 0.3, "{plain}: without centering they would do as well");
}

/// `make_photos.py MNIST_FOLDER OUT`, then TEALIGHT_PHOTOS=OUT.
#[test]
#[ignore = "reads the photos that vectors/make_photos.py makes"]
fn photos_of_digits_are_recognized() {
    let folder = PathBuf::from(std::env::var_os("TEALIGHT_PHOTOS").unwrap());
    let model = reader();
    let centered = ImageLoader::new([28, 28]).centered().load(&folder).unwrap();
    let plain = ImageLoader::new([28, 28]).grayscale().load(&folder).unwrap();
    let found = model.predict_classes(&centered.rescale(1.0 / 255.0)).unwrap();
    for (index, (found, label)) in found.iter().zip(centered.labels()).enumerate().filter(|(_, (a, b))| a != b) {
        println!("number {index} is {label}, taken for {found}");
    }
    if let Some(to) = std::env::var_os("TEALIGHT_PHOTOS_GRID") {
        centered.plot_images().columns(20).figure().unwrap().save(to).unwrap();
    }
    println!("centered {:.3}, only resized {:.3}", share_right(&model, &centered), share_right(&model, &plain));
    assert!(share_right(&model, &centered) >= 0.9);
}

#[test]
fn a_digit_of_mnist_stays_nearly_as_it_is() {
    let (_, test) = mnist::load().unwrap();
    let folder = tempdir().unwrap();
    let path = folder.path().join("digit.png");
    for index in 0..20 {
        let digit = flat(&test.image(index).unwrap());
        let bytes = digit.iter().map(|&pixel| pixel as u8).collect::<Vec<_>>();
        put(&path, [28, 28], &bytes);
        let again = ImageLoader::new([28, 28]).centered().load(&path).unwrap();
        let again = flat(&again.image(0).unwrap());
        let mean = digit.iter().zip(&again).map(|(a, b)| (a - b).abs()).sum::<f32>() / 784.0;
        assert!(mean < 8.0, "digit {index} is off by {mean} on average");
    }
}

#[test]
fn what_is_centered_has_its_mass_in_the_middle_and_its_size() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("bar.png");
    // A bar of 100 × 20 pixels in a corner of a page.
    let pixels = (0..200 * 300)
        .map(|at| if (90..190).contains(&(at / 300)) && (270..290).contains(&(at % 300)) { 10 } else { 200 });
    put(&path, [200, 300], &pixels.collect::<Vec<_>>());
    let image = flat(&ImageLoader::new([28, 28]).centered().load(&path).unwrap().image(0).unwrap());
    let mass = image.iter().sum::<f32>();
    let center = |place: fn(usize) -> usize| {
        image.iter().enumerate().map(|(at, ink)| place(at) as f32 * ink).sum::<f32>() / mass
    };
    // So it is in each image of MNIST.
    let is_middle = |center: f32| (13.5..14.5).contains(&center);
    assert!(is_middle(center(|at| at / 28)) && is_middle(center(|at| at % 28)));
    let rows = (0..28).filter(|row| image[row * 28..][..28].iter().any(|&ink| ink > 100.0)).count();
    let columns = (0..28).filter(|column| image.iter().skip(*column).step_by(28).any(|&ink| ink > 100.0)).count();
    assert_eq!((rows, columns), (20, 4));
    assert_eq!(image.iter().copied().fold(0.0, f32::max), 255.0);
}

#[test]
fn dark_ink_is_inverted_unless_the_user_says_otherwise() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("bar.png");
    let bar = |ink: u8, paper: u8| (0..400).map(move |at| if at % 20 == 10 { ink } else { paper }).collect::<Vec<_>>();
    let read = |loader: ImageLoader| flat(&loader.load(&path).unwrap().image(0).unwrap());
    let gray = || ImageLoader::new([20, 20]).grayscale();
    put(&path, [20, 20], &bar(0, 255));
    assert_eq!(read(gray())[10], 255.0);
    assert_eq!(read(gray().invert(false))[10], 0.0);
    assert_eq!(read(gray().invert(true))[10], 255.0);
    assert_eq!(read(ImageLoader::new([20, 20]).invert(true))[30..33], [255.0; 3]);
    put(&path, [20, 20], &bar(255, 0));
    assert_eq!(read(gray())[10], 255.0);
    assert_eq!(read(gray().invert(true))[10], 0.0);
    // A photograph of the world is none of ink on paper.
    put(&path, [20, 20], &(0..400).map(|at| (at * 255 / 400) as u8).collect::<Vec<_>>());
    assert_eq!(read(gray()), read(gray().invert(false)));
}

#[test]
fn one_file_a_folder_and_a_folder_of_classes_are_loaded() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("b/cat/1.png"), [4, 6], &[7; 24]);
    put(&at("b/dog/1.png"), [6, 4], &(0..24).collect::<Vec<_>>());
    put(&at("b/dog/2.png"), [3, 3], &[9; 9]);
    let loader = ImageLoader::new([2, 3]).color_mode("grayscale");
    let data = loader.load(at("b")).unwrap();
    assert_eq!(
        (data.shape(), data.labels(), data.class_names().join(" ")),
        (vec![3, 2, 3], &[0, 1, 1][..], "cat dog".to_owned())
    );
    let data = loader.load(at("b/dog")).unwrap();
    assert_eq!((data.shape(), data.is_labeled()), (vec![2, 2, 3], false));
    let data = ImageLoader::new([2, 3]).color_mode(ColorMode::Rgb).load(at("b/cat/1.png")).unwrap();
    assert_eq!((data.shape(), flat(&data.image(0).unwrap())), (vec![1, 2, 3, 3], vec![7.0; 18]));

    says(loader.load(at("none.png")), ErrorKind::Data, &["none.png: no such file"]);
    fs::create_dir(at("empty")).unwrap();
    says(loader.load(at("empty")), ErrorKind::Data, &["empty: has no .png or .jpg files, and no sub-folders"]);
    put(&at("b/loose.png"), [2, 2], &[1; 4]);
    says(loader.load(at("b")), ErrorKind::Data, &["has images of its own, and sub-folders"]);
    says(ImageLoader::new([0, 3]).load(at("b/dog")), ErrorKind::Argument, &["0 × 3", "[28, 28]"]);
    says(
        ImageLoader::new([2, 2]).color_mode("grayscal").load(at("b/dog")),
        ErrorKind::Argument,
        &["\"grayscale\" or \"rgb\""],
    );
    let blank = loader.clone().centered().load(at("b/cat/1.png"));
    says(blank, ErrorKind::Data, &["1.png: shows nothing that is written"]);
}

#[test]
fn the_errors_that_people_meet_first_name_the_call() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("5/mine.png"), [30, 30], &[200; 900]);
    let call = ["ImageLoader::new([28, 28]).grayscale().load("];
    says(Dataset::from_folder(at("5")), ErrorKind::Data, &[&["has no sub-folders"][..], &call].concat());
    says(
        Dataset::from_folder(at("5/mine.png")),
        ErrorKind::Data,
        &[&["is a file; expected a folder"][..], &call].concat(),
    );
    put(&at("6/other.png"), [20, 30], &[200; 600]);
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["ImageLoader::new([30, 30]).load(folder)?"]);

    let (train, _) = mnist::load().unwrap();
    let train = train.take(64).unwrap();
    let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax));
    let mut model = network.build(1).unwrap();
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model.fit(&train, quiet()).unwrap();
    fs::remove_dir_all(at("6")).unwrap();
    let own = Dataset::from_folder(folder.path()).unwrap();
    let parts =
        ["expected examples of shape [28, 28]", "[30, 30]", "ImageLoader::new([28, 28]).grayscale().load(path)?"];
    says(model.predict(&own), ErrorKind::Shape, &parts);
    let rgb = ImageLoader::new([28, 28]).load(at("5/mine.png")).unwrap();
    says(model.predict(&rgb), ErrorKind::Shape, &["[28, 28, 3]", ".grayscale()"]);
    assert_eq!(model.predict_classes(&ImageLoader::new([28, 28]).grayscale().load(at("5")).unwrap()).unwrap().len(), 1);
    let one = train.image(0).unwrap();
    says(
        model.forward(&one, false),
        ErrorKind::Shape,
        &["got [28, 28]", "one example without the batch", "unsqueeze(0)"],
    );
    assert_eq!(model.forward(&one.unsqueeze(0).unwrap(), false).unwrap().dims(), [1, 10]);
}
