"""Lists the public items of tealight's prelude from its source: types, methods and functions of modules."""

import re
from dataclasses import dataclass

from paths import ROOT

SOURCE = ROOT / "crate/tealight/src"


@dataclass(frozen=True)
class Item:
    """A public function of a type or of a module."""

    owner: str
    name: str
    is_method: bool


def prelude():
    """Returns the names of tealight's own items that `use tealight::prelude::*` imports."""
    text = (SOURCE / "lib.rs").read_text()
    block = text[text.index("pub mod prelude {") :]
    lists = re.findall(r"pub use crate::(?:\w+::)*\{([^}]*)\}|pub use crate::(?:\w+::)*(\w+);", block)
    names = [name.strip() for several, one in lists for name in (several or one).split(",")]
    return [name for name in names if name]


def takes_self(signature):
    return bool(re.match(r"\(\s*(&\s*)?(mut )?self\b", signature))


def functions(text):
    """Returns the public functions in a text, each with whether it takes `self`, and the macros called there."""
    found = re.findall(r"^ +pub (?:const )?fn (\w+)(?:<[^>]*>)?(\([^)]{0,40})", text, re.MULTILINE)
    calls = re.findall(r"^ +(?:\$?\w+::)*(\w+)!\(", text, re.MULTILINE)
    return [(name, takes_self(signature)) for name, signature in found], calls


def inherent_impls(text):
    """Returns the top-level inherent `impl` blocks of a file as (type, content)."""
    pattern = r"^impl(?:<[^>]*>)? (\w+)(?:<[^>]*>)? \{\n(.*?)^\}"
    return re.findall(pattern, text, re.MULTILINE | re.DOTALL)


def public_functions():
    """Returns every public function of the prelude's types and modules."""
    files = {path: path.read_text() for path in SOURCE.rglob("*.rs") if "test" not in path.stem}
    macros = {}
    for text in files.values():
        for name, content in re.findall(r"^macro_rules! (\w+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
            macros.setdefault(name, []).append(functions(content))
    names = set(prelude())
    found = set()

    def add(owner, content):
        defined, calls = content
        found.update(Item(owner, name, is_method) for name, is_method in defined)
        for call in calls:
            for inner in macros.get(call, []):
                add(owner, inner)

    for path, text in files.items():
        for owner, content in inherent_impls(text):
            if owner in names:
                add(owner, functions(content))
        for macro, owner in re.findall(r"^(?:\w+::)*(\w+)!\((\w+)", text, re.MULTILINE):
            if owner in names:
                for content in macros.get(macro, []):
                    add(owner, content)
        if path.stem in names:
            module = re.findall(r"^pub fn (\w+)", text, re.MULTILINE)
            found.update(Item(path.stem, name, False) for name in module)
    return sorted(found, key=lambda item: (item.owner, item.name))
