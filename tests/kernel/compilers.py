"""How often a kernel calls the compiler."""

import re


class Compilers:
    """Counts the compiler's calls of a notebook's kernel, from now on."""

    def __init__(self, notebook):
        folder = notebook.folder()
        self.log = folder / "compilers"
        program = folder / "counting-rustc"
        # The kernel makes the call that cargo made for the first cell; it is kept here.
        for answer in (folder / "cargo-answers").iterdir():
            text = answer.read_text()
            found = re.search(r'\\"program\\":\\"([^"]*rustc)\\"', text)
            if found:
                real = found.group(1)
                answer.write_text(text.replace(found.group(0), found.group(0).replace(real, str(program))))
        program.write_text(f'#!/bin/sh\necho call >> "{self.log}"\nexec "{real}" "$@"\n')
        program.chmod(0o755)

    def count(self):
        return len(self.log.read_text().split()) if self.log.exists() else 0
