"""Makes the fixtures of this folder: one invented interview in every format that is read.

    python3 -m venv venv && venv/bin/pip install openpyxl xlwt odfpy reportlab pyarrow polars
    SOURCE_DATE_EPOCH=0 venv/bin/python make.py      # needs pandoc and zstd, too

The containers are written by other people's programs (pandoc, openpyxl, xlwt, odfpy, reportlab, pyarrow, polars), so that the readers are held to what they meet.
The interview is in INTERVIEW below and nowhere else; tests/formats.rs requires the same turns and the same matches of every file.
"""

import csv
import gzip
import io
import json
import os
import pathlib
import subprocess
import zipfile
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).parent
OUT = HERE / "interview"

# Role (I asks, P tells) and what is said; a list is several lines of one turn.
INTERVIEW = [
    ("I", ["Where did you grow up?"]),
    ("P", ["I grew up in a small town by the sea. My mother ran the bakery, and my father was mostly away. [pause]",
           "It was fine, really. It was nothing."]),
    ("I", ["What was she like with you?"]),
    ("P", ["She was strict but fair. I wonder now whether she was tired. When I was nine I broke the big window of the café, "
           "and she sat down beside me & laughed [laughs]."]),
    ("I", ["And your father? How was he?"]),
    ("P", ["I don’t remember much about him. [inaudible] He used to say “later”, and later never came.",
           "I always had to wait – always."]),
    ("I", ["How do you see that today?"]),
    ("P", ["Back then I thought it was my fault. Today I understand that he was ill, and I am less angry than I was."]),
]
NAMES = {"I": "Ann Lee", "P": "Tom Hill"}
WORDS = {"I": "Interviewer", "P": "Participant"}
TITLE = "A talk by the sea"


def write(name, data):
    path = OUT / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def pandoc(markdown, name, *options):
    epoch = dict(os.environ, SOURCE_DATE_EPOCH="0")
    subprocess.run(["pandoc", "-f", "markdown-smart", "-o", str(OUT / name), *options], input=markdown.encode(), check=True, env=epoch)


def times():
    """Start and end of every line, in seconds."""
    at = 0
    for role, lines in INTERVIEW:
        for line in lines:
            yield role, line, at, at + 4
            at += 5


def clock(seconds, sign="."):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{sign}000"


def plain():
    lines = [line if at else f"{role}: {line}" for role, said in INTERVIEW for at, line in enumerate(said)]
    write("letters.txt", "\n".join(lines) + "\n")
    write("letters.windows-1252.txt", "\r\n".join(lines).encode("cp1252"))
    write("letters.utf-16.txt", ("\ufeff" + "\r\n".join(lines)).encode("utf-16-le"))
    blocks = [f"{WORDS[role]}\t" + "\n".join(said) for role, said in INTERVIEW]
    write("tabs.txt", "\n\n".join(blocks) + "\n")
    at, otter = 0, [f"# {TITLE}\n"]
    for role, said in INTERVIEW:
        otter.append(f"{NAMES[role]}  {at // 60}:{at % 60:02}  \n" + "\n".join(said) + "\n")
        at += 9
    write("otter.md", "\n".join(otter))
    write("names-on-lines.txt", TITLE + "\n\n" + "\n\n".join(NAMES[role].upper() + "\n" + "\n".join(said) for role, said in INTERVIEW))
    write("brackets.txt", "\n\n".join(f"SPEAKER {'12'[role == 'P']} [00:0{n}]\n" + "\n".join(said) for n, (role, said) in enumerate(INTERVIEW)))
    write("times-behind.txt", "\n".join(f"{role}: " + "\n".join(said) + f" #00:00:{10 + n}-5#" for n, (role, said) in enumerate(INTERVIEW)))
    write("seconds.txt", "\n".join(f"[{5 * n}.25] {NAMES[role]}: " + "\n".join(said) for n, (role, said) in enumerate(INTERVIEW)))
    write("researcher.txt", "\n".join(f"{'IR'[role == 'I']}:: " + "\n".join(said) for role, said in INTERVIEW))
    write("numbers.txt", "\n".join(f"{role}{n // 2 + 1}: " + "\n".join(said) for n, (role, said) in enumerate(INTERVIEW)))
    write("names-last.txt", "\n".join(f"0:0{n}\t" + " ".join(said) + f"\t{NAMES[role]}" for n, (role, said) in enumerate(INTERVIEW)))
    write("bars.md", "| Time | Speaker | Text |\n|---|---|---|\n" + "".join(f"| 0:0{n} | {NAMES[role]} | {' '.join(said)} |\n" for n, (role, said) in enumerate(INTERVIEW)))
    heading = "<Internals\\\\Interviews\\\\P01> - § 8 references coded  [93.2% Coverage]\n\n"
    passages = (f"Reference {n + 1} - 1.{n}% Coverage\n\n{WORDS[role]}: " + "\n".join(said) for n, (role, said) in enumerate(INTERVIEW))
    write("report.txt", heading + "\n\n".join(passages) + "\n")
    wrapped = []
    for role, said in INTERVIEW:
        words, line = (f"{WORDS[role].upper()}: " + " ".join(said)).split(), ""
        for word in words:
            if len(line) + len(word) > 60:
                wrapped.append(line)
                line = ""
            line += (" " if line else "") + word
        wrapped += [line, ""]
    write("wrapped.txt", "\n".join(wrapped))
    write("packed.txt.gz", gzip.compress("\n".join(lines).encode(), mtime=0))
    subprocess.run(["zstd", "-q", "-f", str(OUT / "letters.txt"), "-o", str(OUT / "packed.txt.zst")], check=True)


def office():
    text = lambda line: "".join("\\" + c if c in "[]&\"'*_" else c for c in line)
    paragraphs = "\n\n".join(f"**{WORDS[role]}** " + "\n\n".join(map(text, said)) for role, said in INTERVIEW)
    colons = "\n\n".join(f"{role}: " + "\n\n".join(map(text, said)) for role, said in INTERVIEW)
    pandoc(f"# {TITLE}\n\n" + paragraphs, "bold.docx")
    pandoc(f"# {TITLE}\n\n" + paragraphs, "bold.odt")
    for ending in ["docx", "odt", "html", "epub"]:
        options = ["--metadata", f"title={TITLE}"] if ending in ("html", "epub") else []
        pandoc(colons, f"letters.{ending}", "-s", *options)
    pandoc(colons, "letters.rtf", "-s")
    pandoc(paragraphs, "bold.rtf", "-s")
    # Each question in bold before its answer, in one paragraph.
    within = "\n\n".join(f"**{text(asked[0])}** " + "\n\n".join(map(text, told)) for (_, asked), (_, told) in zip(INTERVIEW[::2], INTERVIEW[1::2]))
    for ending in ["docx", "odt", "rtf", "html"]:
        pandoc(f"# {TITLE}\n\n" + within, f"within.{ending}", "-s", *(["--metadata", f"title={TITLE}"] if ending == "html" else []))
    # No labels at all: questions in bold.
    bold = "\n\n".join("\n\n".join(f"**{text(line)}**" if role == "I" else text(line) for line in said) for role, said in INTERVIEW)
    for ending in ["docx", "odt", "html"]:
        pandoc(f"# {TITLE}\n\n" + bold, f"questions.{ending}")
    write("questions.md", f"# {TITLE}\n\n" + "\n\n".join(f"**{line}**" if role == "I" else line for role, said in INTERVIEW for line in said) + "\n")
    rows = "".join(f"<tr><td>{WORDS[role]}</td><td>" + "".join(f"<p>{escape(line)}</p>" for line in said) + "</td></tr>" for role, said in INTERVIEW)
    epoch = dict(os.environ, SOURCE_DATE_EPOCH="0")
    subprocess.run(["pandoc", "-f", "html", "-o", str(OUT / "table.docx")], input=f"<table>{rows}</table>".encode(), check=True, env=epoch)
    # As qualitative programs export a transcript.
    rows = "".join(f"<tr><td>{n}</td><td>0:0{n}.0 - 0:0{n}.9</td><td>" + "".join(f"<p>{escape(line)}</p>" for line in said) + f"</td><td>{NAMES[role]}</td></tr>" for n, (role, said) in enumerate(INTERVIEW))
    table = f"<table><tr><td></td><td>Timespan</td><td>Content</td><td>Speaker</td></tr>{rows}</table>"
    subprocess.run(["pandoc", "-f", "html", "-o", str(OUT / "timespan.docx")], input=table.encode(), check=True, env=epoch)
    traps()


def traps():
    """A Word file with all that is not the speaker's words."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    run = lambda words, props="": f'<w:r><w:rPr>{props}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    extra = [
        '<w:del w:id="1" w:author="x"><w:r><w:delText>deleted </w:delText></w:r></w:del>',
        run("hidden ", "<w:vanish/>"),
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="3"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ]
    body, n = [], 0
    for role, said in INTERVIEW:
        words = said[0]
        cut = len(words) // 2
        runs = run(f"{role}:") + "<w:r><w:tab/></w:r>" + run(words[:cut]) + extra[n % 4]
        runs += f'<w:ins w:id="9" w:author="x">{run(words[cut:])}</w:ins>'
        for line in said[1:]:
            runs += "<w:r><w:br/></w:r>" + run(line)
        body.append(f"<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>{runs}</w:p>")
        n += 1
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{w}"><w:body>{"".join(body)}</w:body></w:document>'
    part = lambda tag, child: f'<?xml version="1.0"?><w:{tag} xmlns:w="{w}"><w:{child} w:id="2"><w:p>{run("not said")}</w:p></w:{child}></w:{tag}>'
    zipped("traps.docx", {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": xml,
        "word/footnotes.xml": part("footnotes", "footnote"),
        "word/comments.xml": part("comments", "comment"),
        "word/header1.xml": f'<?xml version="1.0"?><w:hdr xmlns:w="{w}"><w:p>{run("not said")}</w:p></w:hdr>',
    })


def zipped(name, parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    write(name, buffer.getvalue())


def captions():
    teams, zoom, srt = ["WEBVTT\n"], ["WEBVTT\n"], []
    for n, (role, line, start, end) in enumerate(times()):
        span = f"{clock(start)} --> {clock(end)}"
        words = line.replace("&", "&amp;")
        half = words.find(" ", len(words) // 2)
        teams.append(f"5c1f/{n}-0\n{span}\n<v {NAMES[role]}>{words[:half]}\n{words[half + 1:]}</v>\n")
        zoom.append(f"{n + 1}\n{span}\n{NAMES[role]}: {words}\n")
        srt.append(f"{n + 1}\n{clock(start, ',')} --> {clock(end, ',')}\n{NAMES[role]}: {line}\n")
    write("teams.vtt", "\ufeff" + "\n".join(teams).replace("\n", "\r\n"))
    write("zoom.vtt", "\n".join(zoom))
    write("zoom.srt", "\n".join(srt))
    segments = [{"id": n, "start": start, "end": end, "speaker": f"SPEAKER_0{int(role == 'P')}", "text": " " + line}
                for n, (role, line, start, end) in enumerate(times())]
    write("whisper.json", json.dumps({"text": "", "segments": segments, "language": "en"}, ensure_ascii=False, indent=1))


def parquet():
    """The tables as Parquet, which only some builds read: in a folder of their own."""
    import polars
    import pyarrow as pa
    import pyarrow.parquet as pq
    folder = HERE / "parquet"
    folder.mkdir(exist_ok=True)
    rows = [[start, end, WORDS[role], line] for role, line, start, end in times()]
    columns = dict(zip(["start", "end", "speaker", "text"], map(list, zip(*rows))))
    pq.write_table(pa.table(columns), folder / "turns.parquet")
    pq.write_table(pa.table({**columns, "speaker": pa.array(columns["speaker"]).dictionary_encode()}), folder / "turns-v2.parquet",
                   compression="zstd", data_page_version="2.0", row_group_size=3)
    whole = "\n".join(f"{role}: " + "\n".join(said) for role, said in INTERVIEW)
    documents = pa.table({"id": ["documents", "second"], "age": pa.array([41.0, None]), "text": [whole, "I wonder about that."]})
    for codec in ["none", "snappy", "gzip", "zstd", "brotli"]:
        pq.write_table(documents, folder / f"documents-{codec}.parquet", compression=codec)
    polars.DataFrame({"id": [7, 8], "text": ["I wonder about that.", None], "tags": [["a"], []]}).write_parquet(folder / "polars.parquet")
    pq.write_table(pa.table({"words": [["I", "wonder"]]}), folder / "lists.parquet")
    pq.write_table(documents.slice(0, 0), folder / "empty.parquet")


def tables():
    rows = [[start, end, WORDS[role], line] for role, line, start, end in times()]
    head = ["start", "end", "speaker", "text"]
    for name, delimiter in [("turns.csv", ","), ("turns.tsv", "\t")]:
        with open(OUT / name, "w", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    whole = "\n".join(f"{role}: " + "\n".join(said) for role, said in INTERVIEW)
    with open(OUT / "documents.csv", "w", newline="") as file:
        csv.writer(file).writerows([["id", "age", "text"], ["documents", 41, whole]])
    turns = [{"speaker": role, "text": " ".join(said)} for role, said in INTERVIEW]
    write("turns.jsonl", json.dumps({"id": "turns", "turns": turns}, ensure_ascii=False) + "\n")
    from openpyxl import Workbook
    book = Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("talk")
    for row in [head, *rows]:
        sheet.append(row)
    book.save(OUT / "turns.xlsx")
    book = Workbook()
    for row in [["id", "text"], ["007", whole]]:
        book.active.append(row)
    book.save(OUT / "documents.xlsx")
    import xlwt
    book = xlwt.Workbook()
    sheet = book.add_sheet("talk")
    for at, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.save(str(OUT / "turns.xls"))
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P
    ods = OpenDocumentSpreadsheet()
    table = Table(name="talk")
    for row in [head, *rows]:
        line = TableRow()
        for cell in row:
            box = TableCell(valuetype="string")
            box.addElement(P(text=str(cell)))
            line.addElement(box)
        table.addElement(line)
    ods.spreadsheet.addElement(table)
    ods.save(str(OUT / "turns.ods"))


def pdf():
    from textwrap import wrap
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas
    page = canvas.Canvas(str(OUT / "letters.pdf"), pagesize=A4, invariant=1)
    lines = []
    for role, said in INTERVIEW:
        for at, line in enumerate(said):
            lines += wrap(line if at else f"{role}: {line}", 70)
    n_pages = -(-len(lines) // 8)
    for number in range(n_pages):
        page.setFont("Helvetica", 11)
        page.drawString(72, 800, TITLE)
        for at, line in enumerate(lines[8 * number:8 * number + 8]):
            page.drawString(72, 760 - 16 * at, line)
        page.drawString(280, 40, f"Page {number + 1} of {n_pages}")
        page.showPage()
    page.save()


def tiers():
    codes = {"I": "INV", "P": "SUB"}
    chat = ["@UTF8", "@Begin", "@Languages:\teng", "@Participants:\tSUB P07 Participant, INV Ann Investigator"]
    for n, (role, line, start, end) in enumerate(times()):
        said = line.replace("[pause]", "(.)").replace("[inaudible]", "xxx").replace("[laughs].", "&=laughs .")
        said = said.replace("mostly away.", "mostly away . [+ x]")
        half = said.find(" ", len(said) // 2)
        chat += [f"*{codes[role]}:\t{said[:half]}", f"\t{said[half + 1:]} \x15{start}000_{end}000\x15", "%com:\tnot said"]
    write("codes.cha", "\n".join(chat + ["@End", ""]))
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{start * 1000}"/>' for n, (_, _, start, _) in enumerate(times()))
    slots += '<TIME_SLOT TIME_SLOT_ID="end" TIME_VALUE="99000"/>'
    elan = ""
    for role in "PI":
        elan += f'<TIER LINGUISTIC_TYPE_REF="default" PARTICIPANT="{NAMES[role]}" TIER_ID="{role}">'
        for n, (other, line, _, _) in enumerate(times()):
            if other == role:
                elan += (f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" TIME_SLOT_REF1="ts{n}" TIME_SLOT_REF2="end">'
                         f'<ANNOTATION_VALUE>{escape(line)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>')
        elan += "</TIER>"
    elan += ('<TIER LINGUISTIC_TYPE_REF="note" PARENT_REF="P" TIER_ID="notes"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="r" ANNOTATION_REF="a1">'
             '<ANNOTATION_VALUE>not said</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>')
    write("tiers.eaf", f'<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT FORMAT="3.0"><HEADER/><TIME_ORDER>{slots}</TIME_ORDER>{elan}</ANNOTATION_DOCUMENT>\n')
    grid = {role: [(start, end, line) for other, line, start, end in times() if other == role] for role in "PI"}
    quoted = lambda line: '"' + line.replace('"', '""') + '"'
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    short, long = head + "0\n99\n<exists>\n3\n", head + "xmin = 0 \nxmax = 99 \ntiers? <exists> \nsize = 2 \nitem []: \n"
    for number, (role, pieces) in enumerate(grid.items(), 1):
        name = WORDS[role]
        short += f'"IntervalTier"\n"{name}"\n0\n99\n{len(pieces)}\n' + "".join(f"{a}\n{b}\n{quoted(line)}\n" for a, b, line in pieces)
        long += (f'    item [{number}]:\n        class = "IntervalTier" \n        name = "{name}" \n        xmin = 0 \n        xmax = 99 \n'
                 f'        intervals: size = {len(pieces)} \n')
        for n, (a, b, line) in enumerate(pieces, 1):
            long += f"        intervals [{n}]:\n            xmin = {a} \n            xmax = {b} \n            text = {quoted(line)} \n"
    short += '"TextTier"\n"maxF0"\n0\n99\n1\n4\n"not said"\n'
    write("short.TextGrid", short)
    write("long.TextGrid", ("\ufeff" + long).encode("utf-16-be"))


def main():
    OUT.mkdir(exist_ok=True)
    plain()
    office()
    captions()
    tables()
    parquet()
    pdf()
    tiers()


if __name__ == "__main__":
    main()
