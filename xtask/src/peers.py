"""One run of one of the tools that people use today, timed without its start: peers.py NAME FOLDER N LISTS prints seconds, bytes and an answer.

FOLDER holds the corpus, of which the first N documents are taken; LISTS holds a word or phrase a line, the entries of the lists of the lexicon.
"""

import pathlib
import sys
import time

name, folder, n, lists = sys.argv[1:]
texts = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(folder).iterdir())[: int(n)]]
entries = [line for line in pathlib.Path(lists).read_text(encoding="utf-8").splitlines() if line]

if name == "liwc":
    import re

    import liwc

    # A dictionary of one category; the library looks single words up.
    dic = pathlib.Path(lists).with_suffix(".dic")
    words = sorted({entry for entry in entries if re.fullmatch(r"[a-z']+", entry)})
    dic.write_text("%\n1\tlists\n%\n" + "".join(f"{word}\t1\n" for word in words), encoding="utf-8")
    parse, _ = liwc.load_token_parser(str(dic))
    word = re.compile(r"\w+")

    def work(text):
        return sum(1 for token in word.finditer(text.lower()) for _ in parse(token.group()))

elif name == "empath":
    from empath import Empath

    lexicon = Empath()

    def work(text):
        return sum(lexicon.analyze(text).values())

elif name == "vaderSentiment":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()

    def work(text):
        # By line, as its authors advise to go by sentence.
        return sum(abs(analyzer.polarity_scores(line)["compound"]) for line in text.splitlines() if line)

elif name == "spacy":
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("lists", list(nlp.tokenizer.pipe(entries)))

    def work(text):
        return len(matcher(nlp(text)))

else:
    sys.exit(f"no peer {name}")

# Once before, so that nothing is loaded or worked out the first time while the clock runs.
work(texts[0][:2000])
started = time.perf_counter()
answer = sum(work(text) for text in texts)
seconds = time.perf_counter() - started
print(seconds, sum(len(text.encode()) for text in texts), answer)
