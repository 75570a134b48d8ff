//! What tealight knows about mistakes in cells that use it: Keras's habits, and errors about its own types.

mod errors;
mod keras_names;
mod keras_page;
#[cfg(test)]
mod tests;

use notebook_engine::{CompileError, HostHints, ModuleAdvice, PythonArgument, PythonCall, PythonUse, Translation};

use keras_names::{BUILDER_TYPES, UNIT_TYPES};

/// The hints of tealight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KerasHints;

/// The shape of a first layer that has none.
const EXAMPLE_SHAPE: &str = "[28, 28]";

impl HostHints for KerasHints {
    fn unit_types(&self) -> &'static [&'static str] {
        &UNIT_TYPES
    }

    fn builder_types(&self) -> &'static [&'static str] {
        &BUILDER_TYPES
    }

    fn python_modules(&self) -> &'static [&'static str] {
        &["keras", "tf", "tensorflow", "layers", "models", "optimizers", "losses", "callbacks"]
    }

    fn first_arguments(&self) -> &'static [&'static str] {
        &["units", "filters", "rate", "k", "filepath", "stddev"]
    }

    fn methods_with_names(&self) -> &'static [&'static str] {
        &[
            "compile",
            "activation",
            "padding",
            "mode",
            "kernel_initializer",
            "bias_initializer",
            "kernel_regularizer",
            "bias_regularizer",
            "add",
        ]
    }

    fn named_value(&self, name: &str, argument: &str) -> Option<&'static str> {
        keras_names::named_value(name, argument)
    }

    fn translate_method(&self, call: &PythonCall) -> Option<Translation> {
        match call.name.as_str() {
            "fit" => {
                let data: Vec<_> = call.positional().map(PythonArgument::borrowed).collect();
                let reason = (data.len() > 1).then_some("inputs and labels are one data set, and options are methods");
                let data = match data.as_slice() {
                    [] => "&train".to_owned(),
                    [data] => data.clone(),
                    _ => format!("&Dataset::from_tensors({})?", data.join(", ")),
                };
                let setters: String = call.named().map(|argument| self.setter(argument)).collect();
                Some(Translation { reason, code: format!("fit({data}, Fit::new(){setters})?") })
            }
            "compile" => Some(Translation { reason: None, code: compile(call) }),
            _ => None,
        }
    }

    fn translate_statement(&self, call: &PythonCall) -> Option<String> {
        let values: Vec<_> = call.arguments.iter().map(|argument| argument.value.as_str()).collect();
        (call.name == "compile").then(|| format!("compile({})?", values.join(", ")))
    }

    fn translate_constructor(&self, call: &PythonCall) -> Option<String> {
        if call.name != "Sequential" {
            return None;
        }
        match call.arguments.as_slice() {
            [] => Some(format!("Sequential::new({EXAMPLE_SHAPE})")),
            [layers] if layers.source.starts_with('[') => {
                let added: String = layers.items.iter().map(|layer| format!(".add({layer})")).collect();
                Some(format!("Sequential::new({}){added}", input_shape(&layers.source)))
            }
            _ => None,
        }
    }

    fn translate_setter(&self, argument: &PythonArgument) -> Option<String> {
        let value = argument.value.as_str();
        match argument.name.as_deref()? {
            "verbose" => {
                let verbose = match value {
                    "0" => "Silent",
                    "2" => "Lines",
                    _ => "Live",
                };
                Some(format!(".verbose(Verbose::{verbose})"))
            }
            "validation_data" => Some(format!(".validation_data({})", argument.borrowed())),
            "callbacks" if argument.source.starts_with('[') => {
                Some(argument.items.iter().map(|callback| format!(".callback({callback})")).collect())
            }
            "input_shape" | "input_dim" => Some(String::new()),
            "learning_rate" | "lr" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(format!(".learning_rate({value}.0)"))
            }
            "lr" => Some(format!(".learning_rate({value})")),
            _ => None,
        }
    }

    fn translate_module_call(&self, module: &str, function: &str, arguments: &[String]) -> Option<ModuleAdvice> {
        Some(ModuleAdvice::Write(match (module, function, arguments) {
            ("pd", "read_csv", [path, ..]) => format!("Table::read_csv({path})?"),
            ("plt", "plot", [y]) => format!("Plot::new(\"title\").line(\"name\", 0..{y}.len(), {y}.clone())"),
            ("plt", "plot", [x, y, ..]) => {
                format!("Plot::new(\"title\").line(\"name\", {x}.clone(), {y}.clone())")
            }
            ("plt", "scatter", [x, y, ..]) => {
                format!("Plot::new(\"title\").scatter(\"name\", {x}.clone(), {y}.clone())")
            }
            ("plt", "hist", [values, ..]) => format!("Histogram::new(\"title\").values(\"name\", {values}.clone())"),
            ("plt", "show", _) => {
                return Some(ModuleAdvice::Sentence("a figure is shown when a cell ends with it: delete `plt.show()`"));
            }
            _ => return None,
        }))
    }

    fn translate_function(&self, function: &str, arguments: &[String]) -> Option<String> {
        match (function, arguments) {
            ("display" | "show", [value, ..]) => Some(format!("show!({value})")),
            ("display" | "show", []) => Some("show!()".to_owned()),
            _ => None,
        }
    }

    fn instead_of_module(&self, module: &str) -> Option<&'static str> {
        Some(match module {
            "tensorflow" | "keras" | "torch" | "tf" => {
                "Keras's names (`Sequential`, `Dense`, `Adam` …) are already available, so delete this line"
            }
            "tealight" => "its names are already available, so delete this line",
            "numpy" | "np" => "a list is `vec![1.0, 2.0]` and a tensor `Tensor::new(&[1.0, 2.0], &Device::Cpu)?`",
            "pandas" | "pd" => "`Table::read_csv(\"file.csv\")?` reads a table without any import",
            "matplotlib" | "plt" | "seaborn" | "sns" => {
                "`Plot::new(\"title\").line(\"name\", 0..3, [1.0, 4.0, 9.0])` draws a figure without any import"
            }
            "sklearn" => {
                "`ConfusionMatrix`, `train.split(0.8)?` and `train.stratified_k_fold(5, 1)?` work without any import"
            }
            _ => return None,
        })
    }

    fn python_name_advice(&self, name: &str, usage: PythonUse) -> Option<&'static str> {
        match (name, usage) {
            ("mnist", PythonUse::Module) => Some("`mnist` is a module: write `let (train, test) = mnist::load()?;`"),
            ("mnist", PythonUse::Import) => Some("write `let (train, test) = mnist::load()?;` without it"),
            ("load_data", PythonUse::Call) => {
                Some("images and labels are one data set here: write `let (train, test) = mnist::load()?;`")
            }
            _ => None,
        }
    }

    fn available_names(&self) -> Option<&'static str> {
        Some("Keras's names are already available")
    }

    fn unit_type_example(&self, name: &str) -> Option<String> {
        Some(format!("The shape of the input comes first, as in `Sequential::new({EXAMPLE_SHAPE}).add({name})`"))
    }

    fn last_value_of(&self, receiver: &str, method: &str, arguments: &str) -> Option<String> {
        (method == "get").then(|| format!("{receiver}.last({arguments})?"))
    }

    fn advice_for_name(&self, name: &str) -> Option<String> {
        keras_page::advice_for(name)
    }

    fn error_hint(&self, error: &CompileError<'_>) -> Option<String> {
        errors::hint(error)
    }

    fn error_conversion(&self) -> Option<&'static str> {
        Some(
            "this error is not a tealight `Error`: write `.map_err(|error| Error::new(ErrorKind::Argument, error.to_string()))?`",
        )
    }
}

impl KerasHints {
    fn setter(self, argument: &PythonArgument) -> String {
        self.translate_setter(argument)
            .unwrap_or_else(|| format!(".{}({})", argument.name.as_deref().unwrap_or_default(), argument.value))
    }
}

/// Translates `compile(optimizer="adam", …)`.
fn compile(call: &PythonCall) -> String {
    let value = |name: &str, position: usize, default: &str| call.value(name, position).unwrap_or(default).to_owned();
    let optimizer = value("optimizer", 0, "Adam::new()");
    let loss = value("loss", 1, "SparseCategoricalCrossentropy::new()");
    let metrics = value("metrics", 2, "[Accuracy]");
    format!("compile({optimizer}, {loss}, {metrics})?")
}

/// Returns the shape that a layer in this list has as `input_shape` or `shape`, in brackets.
fn input_shape(layers: &str) -> String {
    let compact: String = layers.chars().filter(|c| !c.is_whitespace()).collect();
    let shape = compact.split_once("shape=(").and_then(|(_, rest)| rest.split_once(')'));
    shape.map_or_else(
        || EXAMPLE_SHAPE.to_owned(),
        |(shape, _)| format!("[{}]", shape.trim_end_matches(',').replace(',', ", ")),
    )
}
