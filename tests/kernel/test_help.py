"""Completion and tooltips, which are the only help in the page: for every public item of tealight's prelude."""

import re
import statistics
import time
import unittest

from one_kernel import OneKernel
from public_items import methods, prelude


class Help(OneKernel):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        network = "Sequential::new([2]).add(Dense::new(2).activation(Softmax))"
        assert cls.notebook.run(f"let mut model = {network}.build(1)?;").status == "ok"

    def inspect(self, code, at=None):
        """What the tooltip says with the caret at the `|`, or at a place; and whether there is one."""
        if at is None:
            at, code = code.index("|"), code.replace("|", "", 1)
        reply = self.notebook.ask(self.notebook.client.inspect(code, at))
        self.assertEqual(reply["status"], "ok")
        return reply["data"].get("text/plain", "") if reply["found"] else None

    def complete(self, code):
        """The completions at the end of the code, with what JupyterLab is told of each."""
        reply = self.notebook.ask(self.notebook.client.complete(code, len(code)))
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([one["text"] for one in types], reply["matches"], code)
        return reply["matches"], types

    # Tooltips

    def problem(self, item, code, name, what):
        """What is wrong with the tooltips of an item at three places of its name, where something is."""
        start = code.rindex(name)
        for at in (start, start + len(name) // 2, start + len(name)):
            text = self.inspect(code, at)
            if text is None:
                return f"{item}: nothing at {at - start}"
            head, _, words = text.partition("\n\n\n")
            if not re.search(what, head):
                return f"{item}: another item at {at - start}: {head}"
            if not re.search(r"\w.*[.:;!?]", words):
                return f"{item}: no sentence: {text}"
            if re.search(r"pub\((crate|super)\)|evcxr_private|^# |crate::", text, re.MULTILINE):
                return f"{item}: not for users: {text}"
        return None

    def test_every_public_method_has_its_tooltip_anywhere_in_its_name(self):
        found = methods()
        self.assertGreater(len(found), 450)
        problems, seconds = [], []
        for item in found:
            if item.name == "evcxr_display":
                continue
            if item.of_value:
                code = f"let value: {item.owner} = todo!();\nvalue.{item.name}("
            else:
                code = f"let value = {item.owner}::{item.name}("
            start = time.monotonic()
            name = f"{item.owner}::{item.name}"
            what = rf"^tealight::{item.owner}\n\n(.*\n)*?.*\bfn {item.name}\b"
            problems.append(self.problem(name, code, item.name, what))
            seconds.append((time.monotonic() - start) / 3)
        print(f"{len(found)} methods, a tooltip in {statistics.median(seconds):.3f} s at the median")
        problems = [problem for problem in problems if problem]
        self.assertFalse(problems, f"{len(problems)} of {len(found)}:\n" + "\n".join(problems))

    def test_every_word_of_the_prelude_has_its_tooltip_anywhere_in_it(self):
        problems = []
        for name in prelude():
            code = f"{name}!(1" if name == "show" else f"let value: {name}" if name != "mnist" else "mnist::load"
            what = rf"^tealight(::\w+)*\n\n.*\b(struct|enum|trait|type|mod|fn|macro_rules!?) {name}\b"
            problems.append(self.problem(name, code, name, what))
        problems = [problem for problem in problems if problem]
        self.assertFalse(problems, f"{len(problems)} of {len(prelude())}:\n" + "\n".join(problems))

    def test_a_setter_is_not_the_field_of_the_same_name(self):
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

    def test_a_call_is_told_of_inside_of_its_parentheses(self):
        for code in ("model.fit(|&train)", "model.fit(&train, |", "model.fit(&train, 1)|", 'model.fit("tra|in")'):
            self.assertRegex(self.inspect(code) or "", r"pub fn fit\(", code)

    def test_macros_variables_and_the_standard_library_have_tooltips(self):
        self.assertRegex(self.inspect('prin|tln!("a")'), "macro_rules!? println")
        self.assertRegex(self.inspect("let v = ve|c![1];"), "macro_rules!? vec")
        self.assertRegex(self.inspect("let v = vec![1];\nv.pu|sh(2);"), r"pub fn push\(&mut self")
        self.assertRegex(self.inspect("mo|del.summary()"), r"(?s)model: Model.*A network with parameters")
        self.assertRegex(self.inspect("struct P { x: i32 }\nlet p = P { x: 1 };\np.x|"), "x: i32")
        self.assertIsNone(self.inspect("nowhere_to_be_fou|nd"))

    def test_examples_have_no_hidden_lines_and_links_are_left_as_text(self):
        for form in ("text/plain", "text/html"):
            reply = self.notebook.ask(self.notebook.client.inspect("Adam", 2))
            self.assertIn("Adam::new().learning_rate(3e-4)", reply["data"][form])
            self.assertNotIn("# let _", reply["data"][form])

    # Completion

    def test_what_is_accepted_is_a_name(self):
        for code in ("model.", "model.ev", "Fit::new().", "mnist::", "Sequential::", "let v = vec![1]; v.", "pri", "fo"):
            matches, _ = self.complete(code)
            self.assertTrue(matches, code)
            for match in matches:
                self.assertRegex(match, r"^(r#)?\w+(!|::)?$", code)
                self.assertNotIn("evcxr", match.lower())
        self.assertEqual(self.complete("model.ev")[0], ["evaluate"])

    def test_private_items_are_left_out(self):
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
        # Fields are offered where their type is the user's own.
        self.assertIn("x", self.complete("struct P { x: i32 } let p = P { x: 1 }; p.")[0])

    def test_every_public_method_is_offered(self):
        offered = {}
        missing = []
        for item in methods():
            if item.name == "evcxr_display":
                continue
            code = f"let value: {item.owner} = todo!(); value." if item.of_value else f"{item.owner}::"
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

    def test_a_signature_comes_with_a_function(self):
        _, types = self.complete("model.ev")
        self.assertEqual((types[0]["type"], types[0]["signature"]), ("function", "(data)"))


if __name__ == "__main__":
    unittest.main()
