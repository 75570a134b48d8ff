//! Small neural networks in Rust notebooks: the words of Keras, the tensors of candle, charts in the page.
//!
//! A notebook begins with two lines, and a program with the second alone:
//!
//! ```text
//! :dep tealight = { path = "../crate/tealight" }
//! use tealight::prelude::*;
//! ```
//!
//! What follows is Keras's way. [`Sequential`] is a plan of [layers](Layer); [`build`](Sequential::build) makes a [`Model`]
//! of it, whose parameters a seed fixes; [`compile`](Model::compile) says how to train it, [`fit`](Model::fit) trains it and
//! returns a [`History`]; [`evaluate`](Model::evaluate), [`predict`](Model::predict) and [`ConfusionMatrix`] say what it has
//! learned. Each of these shows itself when a cell ends with it.
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
//! - **Names, defaults and meaning** are those of Keras 3 where tealight has what Keras has; where it differs, the
//!   documentation of the item says so.
//! - **Randomness** comes from seeds alone. The same seed, data and options give the same numbers, bit for bit, for any
//!   number of threads on the same kind of processor.
//! - **Callbacks** watch a training, change it and stop it: [`EarlyStopping`], [`ModelCheckpoint`] and others come with the
//!   library, and [`Callback`] is the trait for your own. The [`History`] says why a training stopped.
//! - **Figures** are builders that a cell can end with: [`Curves`] of histories, [`Plot`], [`Bars`], [`Histogram`], [`HeatMap`],
//!   [`Images`], [`Panels`] of them. Each makes a [`Figure`], which is shown in a page or saved as SVG, PNG or CSV;
//!   [`show!`] shows several at once.
//! - **Errors** are one type, [`Error`], whose text says the place, what came, what was expected and what to do.
//! - **Tensors** are candle's: [`Model::forward`] and [`Model::parameters`] take and give them, and candle's autograd
//!   goes through every layer. Take the crate from here (`use tealight::candle_core;`): a notebook must hold one candle.

// What is generic is compiled anew in each cell of a notebook that calls it. So a function that takes `impl Into<…>` or
// `impl AsRef<…>` converts it and passes it on to one that is not generic; with the work in it, a cell took seconds.

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

/// What a notebook needs, in one line: `use tealight::prelude::*;`.
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
