#!/usr/bin/env python3
"""Checks that the documents name what exists: links, paths, crates, types and functions. Prints what is wrong, exits with 1.

    python3 .ci/check_docs.py
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "crate").glob("*/README.md"))]
MAX_README_LINES = 130
# Folders at the root of the repository. A name in backticks that begins with one is a path.
FOLDERS = ("crate/", "tests/", "docs/", "notebooks/", "data/", ".ci/", ".github/")
# Files of other programs, and files that tealight writes.
FOREIGN_FILES = {"evcxr.toml", ".cargo/config.toml", "kernel.json"}


@cache
def files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


@cache
def paths():
    """Returns every file and folder, and for Rust files also the path without its extension."""
    found = set()
    for file in files():
        path = Path(file)
        found.update(str(each) for each in (path, *path.parents))
        if path.suffix == ".rs":
            found.add(str(path.with_suffix("")))
    return found


@cache
def defined_names():
    """Returns what Rust and Python files define, fields, variants and modules included, and the words in Rust strings, such as
    the names of a history's columns."""
    names = set()
    rust = r"\b(?:struct|enum|trait|type|fn|const|static|mod|macro_rules!)\s+(\w+)|^\s+(\w+)\s*(?:[(,{]|=>)|^\s*(?:pub(?:\([^)]*\))? )?(\w+):"
    python = r"\b(?:class|def)\s+(\w+)|^(\w+) ="
    for file in files():
        pattern = {".rs": rust, ".py": python}.get(Path(file).suffix)
        if pattern:
            text = (ROOT / file).read_text()
            for groups in re.findall(pattern, text, re.MULTILINE):
                names.update(filter(None, groups))
            if file.endswith(".rs"):
                names.update(word for string in re.findall(r'"([^"\n]*)"', text) for word in re.findall(r"[a-z_]\w*_\w+", string))
    return names


def is_path(name):
    """Whether a name is a path of the repository, or the end of one: `cpu/matmul.rs` for `crate/tealight/src/cpu/matmul.rs`."""
    name = name.rstrip("/")
    return name in paths() or any(path.endswith("/" + name) for path in paths())


@cache
def crates():
    manifests = [(ROOT / file).read_text() for file in files() if file.endswith("Cargo.toml")]
    names = [name for manifest in manifests for name in re.findall(r'^name = "(.*)"', manifest, re.MULTILINE)]
    return {spelling for name in names for spelling in (name, name.replace("-", "_"))}


def is_defined(name):
    """Whether a name such as `Fit::epochs`, `stop_asked()` or `show!` is defined somewhere."""
    parts = [re.sub(r"[(!<].*", "", part) for part in name.split("::")]
    return all(part in defined_names() or part in crates() for part in parts)


def check_links(document, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|#", target):
            continue
        if not document.parent.joinpath(target.split("#")[0]).exists():
            yield f"link to {target}, which does not exist"


def check_paths(text):
    for name in re.findall(r"`([^`\s]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        is_meant = name.startswith(FOLDERS) or re.fullmatch(r"[\w./-]+\.(rs|py|md|toml|json)", name)
        if is_meant and name not in FOREIGN_FILES and not re.search(r"[*{]|NN-", name) and not is_path(name):
            yield f"path {name}, which does not exist"


def check_glossary(text):
    """Checks the names in parentheses behind each term: `**term** (`path`, `Type`): …`."""
    for line in re.findall(r"^- .*", text, re.MULTILINE):
        if not line.startswith("- **"):
            yield f"line without a term: {line}"
        head = re.match(r"- (?:\*\*[^*]+\*\*(?: \([^)]*(?:\(\)[^)]*)*\))?(?:, (?:and )?)?)+:", line)
        if not head:
            yield f"line without a colon behind the term: {line}"
            continue
        for name in re.findall(r"`([^`]+)`", head[0]):
            if not (is_path(name) or is_defined(name)):
                yield f"{name}, which is neither a path nor defined: {line[:60]}"


def main():
    problems = []
    for document in DOCUMENTS:
        text = document.read_text()
        found = [*check_links(document, text), *check_paths(text)]
        if document.name == "GLOSSARY.md":
            found += check_glossary(text)
        problems += [f"{document.relative_to(ROOT)}: {problem}" for problem in found]
    lines = (ROOT / "README.md").read_text().count("\n")
    if lines > MAX_README_LINES:
        problems.append(f"README.md: {lines} lines, at most {MAX_README_LINES} allowed")
    print("\n".join(problems) or "every name in the documents exists")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
