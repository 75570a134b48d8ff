"""Writes random_models.json: 200 small trainings with random settings, done by Keras in double precision.

    pip install keras==3.15.1 tensorflow-cpu
    KERAS_BACKEND=tensorflow python make_random_models.py

It uses TensorFlow because Keras needs no compiler there, and compiling many small networks takes most of the time.

Each training is repeated in single precision. The difference between the two runs is the error that rounding can explain, and is
stored as `rounding`. Trainings with a large rounding error are rejected: there the runs diverge at a kink, or an optimizer
divides almost 0 by almost 0, so they prove nothing.

All inputs of Keras are exact in both precisions and stored as integers: inputs and targets in 16ths, initial parameters in
256ths, and sample weights in 8ths.
"""

import json
import math
import pathlib

import keras
import numpy as np
from keras import constraints, layers, losses, metrics, optimizers, regularizers
from keras.optimizers import schedules
from keras.src.trainers.data_adapters import data_adapter_utils

COUNT, CLASSES = 200, 3
random = np.random.default_rng(20_260)


def one_of(*choices):
    return choices[random.integers(len(choices))]


def chance(probability):
    return bool(random.random() < probability)


def draw_activation():
    kind = one_of("Linear", "Relu", "LeakyRelu", "Elu", "Gelu", "Silu", "Tanh", "Sigmoid", "Softplus", "Softmax")
    option = {"LeakyRelu": one_of(0.3, 0.01, 0.0), "Elu": one_of(1.0, 0.5)}.get(kind)
    return {"kind": kind} if option is None else {"kind": kind, "option": option}


def draw_penalty(probability):
    return one_of([0.01, 0.0], [0.0, 0.02], [0.005, 0.01]) if chance(probability) else None


def draw_dense(units, activation):
    return {
        "kind": "Dense",
        "units": units,
        "activation": activation,
        "use_bias": chance(0.85),
        "kernel_regularizer": draw_penalty(0.2),
        "bias_regularizer": draw_penalty(0.1),
        "activity_regularizer": draw_penalty(0.08),
        "max_norm": one_of(0.5, 1.0, 2.0) if chance(0.15) else None,
    }


def draw_optimizer():
    kind = one_of("SGD", "SGD", "RMSprop", "Adam", "Adam", "AdamW", "Adagrad", "Nadam", "Adamax")
    rate = one_of(0.05, 0.1, 0.5) if kind in ("SGD", "Adagrad") else one_of(0.001, 0.01, 0.05)
    schedule = one_of("constant", "constant", "constant", "exponential", "staircase", "piecewise", "cosine", "warmup")
    options = {
        "SGD": {"momentum": one_of(0.0, 0.5, 0.9), "nesterov": chance(0.5)},
        "RMSprop": {"rho": one_of(0.9, 0.5), "momentum": one_of(0.0, 0.5), "centered": chance(0.3)},
        "Adam": {"beta_1": one_of(0.9, 0.5), "beta_2": one_of(0.999, 0.9), "amsgrad": chance(0.3)},
        "AdamW": {"weight_decay": one_of(0.004, 0.1)},
        "Adagrad": {"initial_accumulator_value": one_of(0.1, 0.01)},
        "Nadam": {"beta_1": one_of(0.9, 0.5)},
        "Adamax": {"beta_2": one_of(0.999, 0.9)},
    }[kind]
    # With few accumulated squares, the rounding error of single precision is not small compared to an epsilon of 1e-7.
    options["epsilon"] = one_of(1e-7, 1e-3) if kind != "SGD" else None
    clipping = one_of("clipnorm", "clipvalue", "global_clipnorm") if chance(0.3) else None
    limit = one_of(0.05, 0.5) if clipping else None
    return {"kind": kind, "rate": rate, "schedule": schedule, "options": options, "clipping": clipping, "limit": limit}


def draw():
    """Draws a network, its training settings and its data, all exactly representable."""
    task = one_of("classes", "classes", "one_hot", "soft", "binary", "multi", "numbers")
    examples, shape = int(random.integers(8, 21)), one_of([2], [3], [5], [2, 2], [3, 2])
    network = [{"kind": "Flatten"}] if len(shape) > 1 else []
    for _ in range(random.integers(0, 4)):
        apart = chance(0.25)
        activation = draw_activation()
        network.append(draw_dense(int(random.integers(1, 7)), {"kind": "Linear"} if apart else activation))
        if chance(0.06):
            network.append({"kind": "BatchNormalization"})
        if apart:
            network.append({"kind": "Activation", "activation": activation})
        if chance(0.25):
            network.append({"kind": "Dropout"})
    from_logits, smoothing = chance(0.3), one_of(0.0, 0.0, 0.1, 0.3)
    last = "Linear"
    if task in ("classes", "one_hot", "soft"):
        kind = "SparseCategoricalCrossentropy" if task == "classes" else "CategoricalCrossentropy"
        # Keras has no label smoothing for class indices.
        loss = {"kind": kind, "from_logits": from_logits, "smoothing": 0.0 if task == "classes" else smoothing}
        last = one_of("Linear", "Tanh") if from_logits else one_of("Softmax", "Softmax", "Softmax", "Sigmoid")
        units, measures = CLASSES, ["accuracy"]
    elif task in ("binary", "multi"):
        loss = {"kind": "BinaryCrossentropy", "from_logits": from_logits, "smoothing": smoothing}
        last = "Linear" if from_logits else "Sigmoid"
        units, measures = (1, [] if from_logits else ["accuracy", "precision", "recall"]) if task == "binary" else (2, [])
    else:
        loss = {"kind": one_of("MeanSquaredError", "MeanAbsoluteError", "Huber"), "delta": one_of(1.0, 0.3)}
        units, measures = int(random.integers(1, 4)), ["mean_absolute_error"]
    last = {"kind": last}
    if last["kind"] == "Sigmoid" and task in ("classes", "one_hot", "soft"):
        last["bare"] = True
    if chance(0.25) and last["kind"] != "Linear":
        network += [draw_dense(units, {"kind": "Linear"}), {"kind": "Activation", "activation": last}]
    else:
        network.append(draw_dense(units, last))

    def targets(count):
        return {
            "classes": lambda: random.integers(0, CLASSES, size=count),
            "one_hot": lambda: 16 * np.eye(CLASSES, dtype=int)[random.integers(0, CLASSES, size=count)],
            "soft": lambda: random.multinomial(16, [1 / CLASSES] * CLASSES, size=count),
            "binary": lambda: random.integers(0, 2, size=(count, 1)),
            "multi": lambda: 16 * random.integers(0, 2, size=(count, 2)),
            "numbers": lambda: random.integers(-32, 33, size=(count, units)),
        }[task]().tolist()

    case = {
        "task": task, "shape": shape, "network": network, "loss": loss, "measures": measures,
        "optimizer": draw_optimizer(), "batch_size": int(random.integers(5, examples + 4)),
        "epochs": int(random.integers(1, 4)), "x": random.integers(-32, 33, size=(examples, *shape)).tolist(),
        "y": targets(examples),
    }
    weighting = one_of("none", "none", "sample", "class") if task in ("classes", "one_hot") else one_of("none", "sample")
    if weighting == "sample":
        case["sample_weight"] = random.integers(0, 25, size=examples).tolist()
    if weighting == "class":
        case["class_weight"] = [[int(c), one_of(0.0, 0.5, 3.0)] for c in random.permutation(CLASSES)[: random.integers(1, 4)]]
    validation = one_of("none", "split", "data")
    if validation == "split":
        case["validation_split"] = one_of(0.2, 0.4)
    if validation == "data":
        case["held_out_x"] = random.integers(-32, 33, size=(7, *shape)).tolist()
        case["held_out_y"] = targets(7)
    return case


def activation_of(settings):
    kind, option = settings["kind"], settings.get("option")
    if kind == "LeakyRelu":
        return layers.LeakyReLU(negative_slope=option)
    if kind == "Elu":
        return layers.ELU(alpha=option)
    if settings.get("bare"):
        # On TensorFlow, Keras's sigmoid passes its inputs on to the categorical cross-entropy, which treats them as logits of
        # a softmax. On JAX and in tealight, the cross-entropy treats the outputs as probabilities.
        return layers.Activation(lambda x: 1.0 / (1.0 + keras.ops.exp(-x)))
    return layers.Activation(kind.lower())


def regularizer_of(rates):
    return None if rates is None else regularizers.L1L2(*rates)


def layer_of(settings):
    match settings["kind"]:
        case "Dense":
            activation, bound = settings["activation"], settings["max_norm"]
            return layers.Dense(
                settings["units"],
                # Only the softmax of a Dense layer itself reaches the loss as logits.
                activation["kind"].lower() if len(activation) == 1 else activation_of(activation),
                use_bias=settings["use_bias"],
                kernel_regularizer=regularizer_of(settings["kernel_regularizer"]),
                bias_regularizer=regularizer_of(settings["bias_regularizer"]),
                activity_regularizer=regularizer_of(settings["activity_regularizer"]),
                kernel_constraint=None if bound is None else constraints.MaxNorm(bound),
            )
        case "Activation":
            return activation_of(settings["activation"])
        case "Dropout":
            return layers.Dropout(0.0)
        case kind:
            return getattr(layers, kind)()


def loss_of(settings):
    kind = settings["kind"]
    match kind:
        case "SparseCategoricalCrossentropy":
            return losses.SparseCategoricalCrossentropy(from_logits=settings["from_logits"])
        case "CategoricalCrossentropy" | "BinaryCrossentropy":
            smoothing = settings["smoothing"]
            return getattr(losses, kind)(from_logits=settings["from_logits"], label_smoothing=smoothing)
        case "Huber":
            return losses.Huber(settings["delta"])
        case _:
            return getattr(losses, kind)()


def rate_of(settings):
    rate = settings["rate"]
    return {
        "constant": lambda: rate,
        "exponential": lambda: schedules.ExponentialDecay(rate, 3, 0.5),
        "staircase": lambda: schedules.ExponentialDecay(rate, 2, 0.7, staircase=True),
        "piecewise": lambda: schedules.PiecewiseConstantDecay([1, 4], [rate, rate / 2, rate / 4]),
        "cosine": lambda: schedules.CosineDecay(rate, 6, alpha=0.1),
        "warmup": lambda: schedules.CosineDecay(rate / 4, 5, warmup_target=rate, warmup_steps=3),
    }[settings["schedule"]]()


def optimizer_of(settings):
    options = {name: value for name, value in settings["options"].items() if value is not None}
    if settings["clipping"]:
        options[settings["clipping"]] = settings["limit"]
    return getattr(optimizers, settings["kind"])(rate_of(settings), **options)


def measure_of(name):
    return {
        "accuracy": lambda: "accuracy",
        "precision": lambda: metrics.Precision(name="precision"),
        "recall": lambda: metrics.Recall(name="recall"),
        "mean_absolute_error": lambda: metrics.MeanAbsoluteError(name="mean_absolute_error"),
    }[name]()


def initial_parameters(case):
    """Draws the initial parameters of a case; variances and scales are positive."""
    model = keras.Sequential([layers.Input(case["shape"]), *map(layer_of, case["network"])])
    drawn = [random.integers(-240, 241, size=weight.shape) for weight in model.weights]
    positive = [any(word in weight.path for word in ("variance", "gamma")) for weight in model.weights]
    return [(np.abs(values) + 128 if is_positive else values).tolist() for values, is_positive in zip(drawn, positive)]


def train(case, precision):
    """Trains with Keras. Returns the history, the parameters and the outputs for the training data."""
    keras.config.set_floatx(precision)
    keras.config.set_dtype_policy(precision)
    exact = lambda values, parts: np.asarray(values, dtype=precision) / parts
    parts = 1 if case["task"] in ("classes", "binary") else 16
    target = lambda values: np.asarray(values) if case["task"] == "classes" else exact(values, parts)
    model = keras.Sequential([layers.Input(case["shape"]), *map(layer_of, case["network"])])
    model.set_weights([exact(values, 256) for values in case["start"]])
    measures = [measure_of(name) for name in case["measures"]]
    optimizer, loss = optimizer_of(case["optimizer"]), loss_of(case["loss"])
    model.compile(optimizer, loss, metrics=measures, run_eagerly=True)
    x, y, count = exact(case["x"], 16), target(case["y"]), len(case["x"])
    weights = exact(case["sample_weight"], 8) if "sample_weight" in case else None
    held_out = (exact(case["held_out_x"], 16), target(case["held_out_y"]), None) if "held_out_x" in case else None
    if "validation_split" in case:
        # The same split as in Keras.
        count = int(math.floor(count * (1 - case["validation_split"])))
        held_out = x[count:], y[count:], None if weights is None else weights[count:]
    if "class_weight" in case:
        # Class weights do not affect the validation.
        weights = data_adapter_utils.class_weight_to_sample_weights(y, dict(case["class_weight"]))
    history = {}
    # Does what fit does, but without its data pipeline, which takes ten times as long as such small steps.
    for _ in range(case["epochs"]):
        model.reset_metrics()
        for start in range(0, count, case["batch_size"]):
            part = slice(start, min(start + case["batch_size"], count))
            # The running averages of the epoch so far.
            logs = model.train_step((x[part], y[part], None if weights is None else weights[part]))
        if held_out is not None:
            model.reset_metrics()
            measured = model.test_step(held_out)
            logs = {**logs, **{f"val_{name}": value for name, value in measured.items()}}
        for name, value in logs.items():
            history.setdefault(name, []).append(float(value))
    end = [np.asarray(weight, dtype="float64") for weight in model.get_weights()]
    return history, end, keras.ops.convert_to_numpy(model(x, training=False)).astype("float64")


def flat(result):
    history, end, outputs = result
    return np.concatenate([np.ravel(values) for values in [*history.values(), *end, outputs]])


def rounded(values):
    return [float(f"{value:.9g}") for value in np.ravel(values)]


cases, rejected = [], 0
while len(cases) < COUNT:
    case = draw()
    case["start"] = initial_parameters(case)
    double, single = train(case, "float64"), train(case, "float32")
    keras.backend.clear_session()
    numbers = flat(double)
    rounding = float(np.max(np.abs(flat(single) - numbers) / np.maximum(np.abs(numbers), 0.1)))
    if not (np.all(np.isfinite(numbers)) and rounding < 1e-4):
        rejected += 1
        print("rejected:", rounding, case["optimizer"], case["loss"], [layer["kind"] for layer in case["network"]])
        continue
    history, end, outputs = double
    case["rounding"] = float(f"{rounding:.2g}")
    case["history"] = {name: rounded(column) for name, column in history.items()}
    case["end"] = [rounded(weight) for weight in end]
    case["outputs"] = rounded(outputs)
    cases.append(case)
    print(len(cases), case["task"], rounding, flush=True)

path = pathlib.Path(__file__).with_name("random_models.json")
path.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes;", rejected, "rejected")
