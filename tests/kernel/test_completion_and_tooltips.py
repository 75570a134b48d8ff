"""Completion and tooltips, the only help inside a notebook, for every public item of tealight's prelude."""

import re
import statistics
import time
import unittest

from public_items import prelude, public_functions
from shared_kernel import SharedKernelTestCase


class CompletionAndTooltips(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        network = "Sequential::new([2]).add(Dense::new(2).activation(Softmax))"
        assert cls.notebook.run(f"let mut model = {network}.build(1)?;").status == "ok"

    def inspect(self, code, at=None):
        """Returns the text of the tooltip with the cursor at the `|` or at an offset, or None if there is no tooltip."""
        if at is None:
            at, code = code.index("|"), code.replace("|", "", 1)
        reply = self.notebook.reply(self.notebook.client.inspect(code, at))
        self.assertEqual(reply["status"], "ok")
        return reply["data"].get("text/plain", "") if reply["found"] else None

    def complete(self, code):
        """Returns the completions at the end of the code, and the type information that JupyterLab gets for each."""
        reply = self.notebook.reply(self.notebook.client.complete(code, len(code)))
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([one["text"] for one in types], reply["matches"], code)
        return reply["matches"], types

    # Tooltips

    def problem(self, item, code, name, what):
        """Checks the tooltips of an item at three offsets in its name. Returns a description of the first problem, or None."""
        start = code.rindex(name)
        for at in (start, start + len(name) // 2, start + len(name)):
            text = self.inspect(code, at)
            if text is None:
                return f"{item}: no tooltip at offset {at - start}"
            head, _, words = text.partition("\n\n\n")
            if not re.search(what, head):
                return f"{item}: wrong item at offset {at - start}: {head}"
            if not re.search(r"\w.*[.:;!?]", words):
                return f"{item}: no sentence: {text}"
            if re.search(r"pub\((crate|super)\)|evcxr_private|^# |crate::", text, re.MULTILINE):
                return f"{item}: shows internals: {text}"
        return None

    def test_every_public_function_has_a_tooltip_at_each_offset_of_its_name(self):
        found = public_functions()
        self.assertGreater(len(found), 450)
        problems, seconds = [], []
        for item in found:
            if item.name == "evcxr_display":
                continue
            if item.is_method:
                code = f"let value: {item.owner} = todo!();\nvalue.{item.name}("
            else:
                code = f"let value = {item.owner}::{item.name}("
            start = time.monotonic()
            name = f"{item.owner}::{item.name}"
            what = rf"^tealight::{item.owner}\n\n(.*\n)*?.*\bfn {item.name}\b"
            problems.append(self.problem(name, code, item.name, what))
            seconds.append((time.monotonic() - start) / 3)
        print(f"{len(found)} functions, median time of a tooltip {statistics.median(seconds):.3f} s")
        problems = [problem for problem in problems if problem]
        self.assertFalse(problems, f"{len(problems)} of {len(found)}:\n" + "\n".join(problems))

    def test_every_prelude_name_has_a_tooltip_at_each_offset(self):
        problems = []
        for name in prelude():
            code = f"{name}!(1" if name == "show" else f"let value: {name}" if name != "mnist" else "mnist::load"
            what = rf"^tealight(::\w+)*\n\n.*\b(struct|enum|trait|type|mod|fn|macro_rules!?) {name}\b"
            problems.append(self.problem(name, code, name, what))
        problems = [problem for problem in problems if problem]
        self.assertFalse(problems, f"{len(problems)} of {len(prelude())}:\n" + "\n".join(problems))

    def test_the_tooltip_of_a_setter_is_not_that_of_the_field_with_the_same_name(self):
        for code in (
            "Fit::new().epoc|hs(3)",
            "Fit::new().batch_size|",
            "Fit::new().epochs(2).validation_data|(&test)",
            "Dense::new(128).activation|",
            "Dense::new(128).ker|nel_regularizer(L2::new(0.1))",
            "RMSprop::new().rh|o",
            "EarlyStopping::new().patience|(3)",
            "EarlyStopping::new().restore_best_weights(|true)",
        ):
            self.assertRegex(self.inspect(code) or "", r"pub fn \w+\(self, ", code)

    def test_inside_the_parentheses_of_a_call_the_tooltip_describes_the_function(self):
        for code in ("model.fit(|&train)", "model.fit(&train, |", "model.fit(&train, 1)|", 'model.fit("tra|in")'):
            self.assertRegex(self.inspect(code) or "", r"pub fn fit\(", code)

    def test_macros_variables_and_the_standard_library_have_tooltips(self):
        self.assertRegex(self.inspect('prin|tln!("a")'), "macro_rules!? println")
        self.assertRegex(self.inspect("let v = ve|c![1];"), "macro_rules!? vec")
        self.assertRegex(self.inspect("let v = vec![1];\nv.pu|sh(2);"), r"pub fn push\(&mut self")
        self.assertRegex(self.inspect("mo|del.summary()"), r"(?s)model: Model.*A network with parameters")
        self.assertRegex(self.inspect("struct P { x: i32 }\nlet p = P { x: 1 };\np.x|"), "x: i32")
        self.assertIsNone(self.inspect("nowhere_to_be_fou|nd"))

    def test_tooltips_hide_the_hidden_lines_of_examples(self):
        for form in ("text/plain", "text/html"):
            reply = self.notebook.reply(self.notebook.client.inspect("Adam", 2))
            self.assertIn("Adam::new().learning_rate(3e-4)", reply["data"][form])
            self.assertNotIn("# let _", reply["data"][form])

    # Completion

    def test_every_completion_is_a_plain_name(self):
        for code in ("model.", "model.ev", "Fit::new().", "mnist::", "Sequential::", "let v = vec![1]; v.", "pri", "fo"):
            matches, _ = self.complete(code)
            self.assertTrue(matches, code)
            for match in matches:
                self.assertRegex(match, r"^(r#)?\w+(!|::)?$", code)
                self.assertNotIn("evcxr", match.lower())
        self.assertEqual(self.complete("model.ev")[0], ["evaluate"])

    def test_private_items_are_not_completed(self):
        for code, private in (
            ("model.", ["spec", "layers", "compiled", "run_traced", "step_fused", "take_slots", "find", "names"]),
            ("Dense::new(1).", ["units", "common"]),
            ("mnist::", ["load_all"]),
            ("let v = vec![1]; v.", ["buf"]),
            ("let t = Tensor::zeros(1, DType::F32, &Device::Cpu)?; t.", ["same_storage_as"]),
            ("use tealight::", ["layers::", "fused::", "layers", "fused"]),
        ):
            matches, _ = self.complete(code)
            self.assertTrue(matches, code)
            self.assertFalse(set(matches) & set(private), code)
        # Fields of the user's own types are completed.
        self.assertIn("x", self.complete("struct P { x: i32 } let p = P { x: 1 }; p.")[0])

    def test_every_public_function_is_completed(self):
        offered = {}
        missing = []
        for item in public_functions():
            if item.name == "evcxr_display":
                continue
            code = f"let value: {item.owner} = todo!(); value." if item.is_method else f"{item.owner}::"
            if code not in offered:
                offered[code] = self.complete(code)[0]
            if item.name not in offered[code]:
                missing.append(f"{code}{item.name}")
        self.assertFalse(missing)

    def test_likely_choices_come_first(self):
        self.assertEqual(self.complete("model.")[0][:3], ["compile", "fit", "evaluate"])
        last = self.complete("model.")[0][-2:]
        self.assertEqual(last, ["into", "try_into"])
        self.assertEqual(self.complete("Sequential::ne")[0][0], "new")
        self.assertEqual(self.complete("Fit::new().")[0][:2], ["epochs", "batch_size"])
        activations = self.complete("Dense::new(10).activation(")[0]
        self.assertTrue({"Relu", "Softmax"} <= set(activations[:12]), activations[:12])
        self.assertLess(activations.index("Relu"), activations.index("self::"))
        self.assertIn("Adam", self.complete("model.compile(")[0][:8])

    def test_completions_of_functions_have_a_signature(self):
        _, types = self.complete("model.ev")
        self.assertEqual((types[0]["type"], types[0]["signature"]), ("function", "(data)"))


if __name__ == "__main__":
    unittest.main()
