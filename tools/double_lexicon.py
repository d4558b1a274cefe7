#!/usr/bin/env python3
"""Doubles a lexicon with copies of its rules on other words: every word of a copy has `zq` before it.

    python3 tools/double_lexicon.py lexicons/en double

makes the folder `double`. What `score --lexicon double` takes longer than `score --lexicon lexicons/en` is what more rules cost that find nothing:
time both over many documents and over one, and compare the differences, so that reading the lexicons does not count.
Rules of kind `evidence`, and shapes that ask for no word, have no words to change and are not copied.
"""

import json
import pathlib
import re
import shutil
import sys
import tomllib

# What is no word, or holds one: a regular expression, a mark, a number of times, a list, a word.
PART = re.compile(r"/[^/\s]*/|<[^>]*>|\{[0-9,]+\}|@[a-z-]+|[\w'][\w'*]*")
PATTERNS = {"match", "unless", "unless_near", "only_near", "good", "bad", "bridge", "of", "question", "with", "without"}


def part(found):
    text = found.group()
    if text[0] in "<{" or text == "_":
        return text
    if text[0] in "/@":
        return text[0] + ("zq" if text[0] == "/" else "zq-") + text[1:]
    return "zq" + text.replace("'", "")


def others(value):
    return [others(each) for each in value] if isinstance(value, list) else PART.sub(part, value)


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def copy(rule):
    """The rule on other words, as TOML; nothing if it asks for none."""
    kind = rule.get("kind", "pattern")
    if kind == "evidence" or kind == "shape" and not {"match", "count"} & rule.keys():
        return None
    fields = {key: others(value) if key in PATTERNS else value for key, value in rule.items() if key != "about"}
    if "count" in rule:
        fields["count"] = {**rule["count"], "of": others(rule["count"]["of"])}
    fields |= {"id": "zq-" + rule["id"], "hits": ["{zqx}"], "misses": ["y"]}
    return "[[rule]]\n" + "\n".join(f"{key} = {toml(value)}" for key, value in fields.items()) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, double = map(pathlib.Path, sys.argv[1:])
    shutil.copytree(source, double)
    for file in sorted((source / "lists").glob("*.txt")):
        lines = file.read_text(encoding="utf-8").splitlines()
        made = [line if line.startswith("#") or not line.strip() else others(line) for line in lines]
        (double / "lists" / f"zq-{file.name}").write_text("\n".join(made) + "\n", encoding="utf-8")
    copied = 0
    for file in sorted((source / "markers").glob("*/*.toml")):
        copies = [made for made in map(copy, tomllib.loads(file.read_text(encoding="utf-8"))["rule"]) if made]
        copied += len(copies)
        with open(double / file.relative_to(source), "a", encoding="utf-8") as out:
            out.write("\n" + "\n".join(copies))
    print(f"{copied} rules copied → {double}")


if __name__ == "__main__":
    main()
