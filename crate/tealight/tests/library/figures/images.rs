//! Image grids.

use super::svg::read;
use tealight::prelude::*;

#[test]
fn images_have_titles_and_mistakes_are_red() {
    let (_, test) = mnist::load().unwrap();
    let test = test.take(6).unwrap();
    let drawing = read(test.plot_images().predictions([7, 2, 1, 8, 4, 1]).columns(3).figure());
    assert_eq!((drawing.images.len(), drawing.tooltips.len()), (6, 6));
    // Three columns and two rows without overlap.
    let lefts: Vec<f64> = drawing.images.iter().map(|image| image.left).collect();
    assert_eq!(lefts[..3], lefts[3..]);
    assert!(drawing.images.windows(2).all(|pair| pair[0].right < pair[1].left || pair[0].bottom < pair[1].top));
    // Multiples of 28 pixels, so that all pixels have the same size.
    assert!(drawing.images.iter().all(|image| (image.right - image.left) % 28.0 < 1e-6));
    let wrong = drawing.text("true 0, got 8");
    assert_eq!(wrong.color, "#B83200");
    assert_ne!(drawing.text("7").color, wrong.color);
    let image = drawing.images[3];
    assert!(wrong.area.bottom < image.top && image.contains(wrong.middle(), image.middle_y()));
    assert_eq!(drawing.tooltips[3].1, "image 3: true 0, got 8");
}

#[test]
fn images_report_invalid_input() {
    let (_, test) = mnist::load().unwrap();
    let error = test.plot_images().predictions([1, 2]).figure().unwrap_err().to_string();
    assert_eq!(error, "Images: predictions() got 2 for 10000 images. Give one for each.");
    let flat = Tensor::zeros((4, 3, 5, 7, 9), DType::F32, &Device::Cpu).unwrap();
    let error = Images::new(&flat).title("Weights").figure().unwrap_err().to_string();
    assert_eq!(
        error,
        "Images \"Weights\": got a tensor of shape [4, 3, 5, 7, 9]; expected [images, height, width] (grayscale), or \
         [images, height, width, 3] (red, green, blue)."
    );
    let none = Tensor::zeros((0, 28, 28), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(Images::new(&none).figure().unwrap_err().to_string(), "Images: there are no images. Give at least one.");
}
