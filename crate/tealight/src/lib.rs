//! Small neural networks in Rust notebooks, with the API of Keras, the tensors of candle, and charts in the page.
//!
//! A notebook begins with two lines. A program needs only the second:
//!
//! ```text
//! :dep tealight = { path = "../crate/tealight" }
//! use tealight::prelude::*;
//! ```
//!
//! The workflow is Keras's. [`Sequential`] is a list of [layers](Layer). [`build`](Sequential::build) turns it into a [`Model`]
//! whose initial parameters depend on a seed. [`compile`](Model::compile) sets optimizer, loss and metrics, and
//! [`fit`](Model::fit) trains the model and returns a [`History`]. [`evaluate`](Model::evaluate),
//! [`predict`](Model::predict) and [`ConfusionMatrix`] show what it has learned. Each of these values displays itself when it is
//! the last value of a cell.
//!
//! ```
//! use tealight::prelude::*;
//!
//! let (train, test) = mnist::load()?;
//! let (train, test) = (train.rescale(1.0 / 255.0).take(512)?, test.rescale(1.0 / 255.0).take(256)?);
//!
//! let network = Sequential::new([28, 28])
//!     .add(Flatten)
//!     .add(Dense::new(32).activation(Relu))
//!     .add(Dropout::new(0.3))
//!     .add(Dense::new(10).activation(Softmax));
//! let mut model = network.build(42)?;
//! model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
//! let history = model.fit(&train, Fit::new().epochs(2).validation_data(&test).verbose(Verbose::Silent))?;
//!
//! assert_eq!(history.get("val_accuracy")?.len(), 2);
//! let curves = history.plot_accuracy().figure()?;
//! assert!(curves.svg().starts_with("<svg"));
//! # Ok::<(), tealight::Error>(())
//! ```
//!
//! - **Names, defaults and semantics** are those of Keras 3. The documentation of an item names the differences.
//! - **Randomness** comes only from seeds. The same seed, data and options give the same numbers, bit for bit, for any
//!   number of threads on the same kind of processor.
//! - **Callbacks** monitor, change and stop a training: the library has [`EarlyStopping`], [`ModelCheckpoint`] and others, and
//!   [`Callback`] is the trait for your own. The [`History`] records why a training stopped.
//! - **Figures** are builders that display themselves: [`Curves`] of histories, [`Plot`], [`Bars`], [`Histogram`], [`HeatMap`],
//!   [`Images`], and [`Panels`] of several. Each builds a [`Figure`], which can be saved as SVG, PNG or CSV. [`show!`] shows
//!   several at once.
//! - **Errors** have one type, [`Error`]. Its text states where it happened, what was given, what was expected and what to do.
//! - **Tensors** are candle's: [`Model::forward`] and [`Model::parameters`] take and return them, and candle's autograd works
//!   through every layer. Use the crate from here (`use tealight::candle_core;`), because a notebook must contain only one candle.

// A generic function is compiled again in each cell that calls it. So a function that takes `impl Into<…>` or `impl AsRef<…>`
// only converts its argument and calls a function that is not generic. Otherwise a cell would take seconds.
//
// `ARCHITECTURE.md` draws the order of the modules, and `tests/library/architecture.rs` checks it.

mod arguments;
mod convert;
mod cpu;
mod custom_fn;
mod data;
mod error;
mod figure;
mod file;
mod format;
mod fused;
mod history;
mod layers;
mod losses;
mod memory;
mod metrics;
mod model;
pub mod notebook;
mod optimizers;
mod progress;
mod random;
mod report;
mod step_id;
mod stop;
mod training;
mod warning;

pub use candle_core;
pub use candle_nn;

pub use arguments::{IntoShape, IntoSize};
pub use convert::{IntoCount, IntoF64};
pub use custom_fn::CustomFn;
pub use data::{
    Augment, Augmentation, Batches, ColorMode, ColumnKind, ColumnRef, Csv, Dataset, FillMode, FlipMode, ImageLoader,
    Interpolation, RandomFlip, RandomRotation, RandomTranslation, RandomZoom, Table, Target, mnist,
};
pub use error::{Error, ErrorKind, Result};
pub use figure::{Bars, Color, ColorMap, ColorScale, Curves, Figure, HeatMap, Histogram, Images, Panel, Panels, Plot};
pub use history::{History, Row, Stopped};
pub use layers::layer_arguments::{
    IntoActivation, IntoConstraint, IntoInitializer, IntoLayer, IntoPadding, IntoRegularizer,
};
pub use layers::*;
pub use losses::{
    BinaryCrossentropy, CategoricalCrossentropy, Huber, IntoLoss, Loss, MeanAbsoluteError, MeanSquaredError,
    MixtureNegativeLogLikelihood, SparseCategoricalCrossentropy,
};
pub use metrics::{
    Accuracy, Average, BinaryAccuracy, F1Score, IntoMetrics, Metric, Precision, Recall, RootMeanSquaredError,
    TopKAccuracy,
};
pub use model::{Evaluation, Model, Sequential, Summary};
pub use optimizers::{
    Adagrad, Adam, AdamW, Adamax, CosineDecay, ExponentialDecay, IntoLearningRate, IntoOptimizer, LearningRate, Nadam,
    Optimizer, PiecewiseConstantDecay, RMSprop, SGD, StepDecay,
};
pub use report::{
    ClassificationReport, ColumnKinds, ColumnSummary, ConfusedPair, ConfusedPairs, ConfusionMatrix, Description,
    Misclassified, Mistake, Mixture, Normalize, NullCounts, Scores, ValueCount, ValueCounts,
};
pub use training::{
    CSVLogger, Callback, CloneCallback, EarlyStopping, Fit, Flow, IntoMode, IntoVerbose, LearningRateScheduler, Mode,
    ModelCheckpoint, ReduceLROnPlateau, TimeLimit, Training, Verbose,
};

/// The items that a notebook needs, in one line: `use tealight::prelude::*;`.
pub mod prelude {
    pub use crate::data::{
        Augment, Augmentation, ColorMode, Csv, Dataset, FillMode, FlipMode, ImageLoader, Interpolation, RandomFlip,
        RandomRotation, RandomTranslation, RandomZoom, Table, Target, mnist,
    };
    pub use crate::figure::{
        Bars, Color, ColorMap, ColorScale, Curves, Figure, HeatMap, Histogram, Images, Panels, Plot,
    };
    pub use crate::history::History;
    pub use crate::layers::*;
    pub use crate::losses::{
        BinaryCrossentropy, CategoricalCrossentropy, Huber, Loss, MeanAbsoluteError, MeanSquaredError,
        MixtureNegativeLogLikelihood, SparseCategoricalCrossentropy,
    };
    pub use crate::metrics::{
        Accuracy, Average, BinaryAccuracy, F1Score, Metric, Precision, Recall, RootMeanSquaredError, TopKAccuracy,
    };
    pub use crate::model::{Evaluation, Model, Sequential, Summary};
    pub use crate::notebook::{DisplayResult, clear_output};
    pub use crate::optimizers::{
        Adagrad, Adam, AdamW, Adamax, CosineDecay, ExponentialDecay, LearningRate, Nadam, Optimizer,
        PiecewiseConstantDecay, RMSprop, SGD, StepDecay,
    };
    pub use crate::report::{ClassificationReport, ConfusionMatrix, Misclassified, Mixture, Normalize};
    pub use crate::training::{
        CSVLogger, Callback, EarlyStopping, Fit, Flow, LearningRateScheduler, Mode, ModelCheckpoint, ReduceLROnPlateau,
        TimeLimit, Training, Verbose,
    };
    pub use crate::{Error, ErrorKind, Result, show};
    pub use candle_core::{DType, Device, Tensor};
}
