//! Hints for errors of the compiler's that are about tealight's types.

use notebook_engine::CompileError;

/// The metrics, each of which is a type.
const METRICS: [&str; 8] =
    ["Accuracy", "BinaryAccuracy", "Precision", "Recall", "F1Score", "TopKAccuracy", "MeanAbsoluteError", "Metric"];

/// Returns the sentence for an error, or `None` if it is not about tealight's types.
pub(super) fn hint(error: &CompileError<'_>) -> Option<String> {
    match error.code {
        "E0061" | "E0057" => wrong_arguments(error),
        "E0277" => unsatisfied_bound(error).or_else(|| tensor_arithmetic(error)),
        "E0282" | "E0283" | "E0284" => {
            let is_empty_list = error.says("Metric") || error.source == "[]" || error.says("[_; 0]");
            (is_empty_list && !error.says("closure"))
                .then(|| "an empty list has no type: for no metrics write `()`".to_owned())
        }
        "E0308" => mismatched_types(error),
        "E0369" => tensor_arithmetic(error),
        "E0599" => missing_method(error),
        "E0605" | "E0606" if error.message.contains("Tensor`") => {
            let value = error.source.split(" as ").next().unwrap_or("tensor");
            Some(format!("a tensor of one number becomes a number with `{value}.to_scalar::<f32>()?`"))
        }
        "E0608" if error.message.rsplit('`').nth(1)?.ends_with("Tensor") => Some(
            "a tensor has no `[ ]`: `tensor.get(0)?` gives a part, and `tensor.to_vec1::<f32>()?` all numbers"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Returns the sentence for a call of `fit` with wrong arguments.
fn wrong_arguments(error: &CompileError<'_>) -> Option<String> {
    let call = error.call.as_ref().filter(|call| call.name == "fit")?;
    let receiver = call.receiver.as_deref().unwrap_or("model");
    match call.arguments.as_slice() {
        [data] => Some(format!(
            "`fit` takes the data and the options: write `{receiver}.fit(&{}, Fit::new())?`",
            data.source.trim_start_matches('&')
        )),
        [_, _, _] => Some(format!(
            "inputs and labels are one data set: write `{receiver}.fit(&train, Fit::new())?`; `Dataset::from_tensors(&x, &y)?` makes one of your own"
        )),
        _ => None,
    }
}

fn unsatisfied_bound(error: &CompileError<'_>) -> Option<String> {
    let value = error.source;
    if error.message.contains("is not an iterator") {
        let name = error.quoted().next().unwrap_or("");
        if ["Accuracy", "Precision", "Recall", "Metric", "F1Score"].iter().any(|metric| name.contains(metric)) {
            return Some(format!("metrics are given as a list: write `[{value}]`"));
        }
        return name.ends_with("Dataset").then(|| {
            let data = value.trim_start_matches('&');
            format!("a data set is read in batches: `for batch in {data}.batches(32)? {{ … }}`")
        });
    }
    let (wanted, given) = from_bound(error.message)?;
    let kind = wanted.rsplit("::").next().unwrap_or(wanted);
    if matches!(given, "&str" | "String") {
        let name = value.strip_prefix('"').and_then(|rest| rest.split('"').next());
        if let Some(advice) = name.and_then(super::keras_page::advice_for) {
            return Some(advice);
        }
        let example = match kind {
            "Activation" => "`Relu`",
            "Optimizer" => "`Adam::new()`",
            "Loss" => "`SparseCategoricalCrossentropy::new()`",
            "Metric" => "`Accuracy`",
            "Layer" => "`Dense::new(10)`",
            "Initializer" => "`GlorotUniform`",
            "Regularizer" => "`L2::new(0.01)`",
            _ => return None,
        };
        return Some(format!("names are written without quotes, such as {example}"));
    }
    match kind {
        "Vec<usize>" if given.contains("Layer") => {
            Some("the shape of the input comes first: `Sequential::new([28, 28]).add(…)`".to_owned())
        }
        "Vec<usize>" if matches!(given, "{float}" | "f64") => {
            Some("a shape is a list of whole numbers: write `[28, 28]`".to_owned())
        }
        "Metric" if !is_number(given) => Some("this takes a list of metrics: `[Accuracy]`".to_owned()),
        _ => None,
    }
}

/// Returns the two types of the message "the trait bound `A: From<B>` is not satisfied".
fn from_bound(message: &str) -> Option<(&str, &str)> {
    let (wanted, rest) = message.strip_prefix("the trait bound `")?.split_once(": From<")?;
    Some((wanted, rest.strip_suffix(">` is not satisfied")?))
}

fn is_number(type_name: &str) -> bool {
    matches!(type_name, "{integer}" | "i32" | "i64" | "usize" | "u32")
}

fn mismatched_types(error: &CompileError<'_>) -> Option<String> {
    let (expected, found) = (error.expected.as_deref()?, error.found.as_deref()?);
    let last = |name: &str| name.rsplit("::").next().unwrap_or(name).to_owned();
    let is_metric = |name: &str| METRICS.contains(&last(name).as_str());
    if expected.ends_with("Dataset") && found.starts_with("(_, _)") {
        return Some("images and labels are one data set: write `let (train, test) = mnist::load()?;`".to_owned());
    }
    if is_metric(expected) && is_metric(found) {
        let list = error.enclosing_list.as_ref()?;
        return Some(format!("metrics of several types stand in parentheses: write `({list})`"));
    }
    if expected.ends_with("Padding") && found == "&str" {
        return Some("write `Padding::Same` or `Padding::Valid`".to_owned());
    }
    if expected.ends_with("Mode") && found == "&str" {
        return Some("write `Mode::Min`, `Mode::Max` or `Mode::Auto`".to_owned());
    }
    (expected.ends_with("Verbose") && matches!(found, "integer" | "i32" | "usize"))
        .then(|| "write `Verbose::Silent` for 0, `Verbose::Live` for 1 and `Verbose::Lines` for 2".to_owned())
}

/// Returns the sentence for arithmetic between a tensor and a whole number.
fn tensor_arithmetic(error: &CompileError<'_>) -> Option<String> {
    let is_tensor = error.quoted().any(|name| name.trim_start_matches('&').ends_with("Tensor"));
    let has_integer = error.quoted().any(is_number);
    let (left, operator, right) = error.operands.as_ref().filter(|_| is_tensor && has_integer)?;
    let is_whole = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let fixed = if is_whole(right) {
        format!("({left} {operator} {right}.0)?")
    } else if is_whole(left) {
        format!("({left}.0 {operator} {right})?")
    } else {
        return None;
    };
    Some(format!("tensors take floats: write `{fixed}`"))
}

fn missing_method(error: &CompileError<'_>) -> Option<String> {
    let name = error.quoted().next()?;
    let on = error.message.rsplit_once(" found for ").map_or("", |(_, on)| on);
    let is_tensor = on.contains("Tensor");
    let sentence = match name {
        "fit" | "compile" | "evaluate" | "predict" if error.message.contains("Sequential") => {
            return Some(format!(
                "build the network first: `let mut model = network.build(42)?;`, then `model.{name}(…)`"
            ));
        }
        "astype" => "write `as f64` after a number, or `.to_dtype(DType::F32)?` for a tensor",
        "numpy" | "tolist" if is_tensor => "write `.to_vec1::<f32>()?`, or `.to_vec2::<f32>()?` for two dimensions",
        "item" if is_tensor => "write `.to_scalar::<f32>()?`",
        "head" => "write `.take(5)?`",
        _ => return None,
    };
    Some(sentence.to_owned())
}
