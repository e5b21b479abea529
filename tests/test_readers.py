"""Readers: what a reader of the page would see comes out, and a bad file says what to do."""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from time import perf_counter

import pypdf
import pypdfium2
import pytest
from pypdf.errors import PdfReadError
from pypdf.generic import NameObject, StreamObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import CannotRead
from corpus.readers import read_blocks

NOTHING: Mapping[str, int] = {}


def texts(name: str, content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    return [block.text for block in read_blocks(name, data)[0]]


def levels(name: str, content: str | bytes) -> list[tuple[int, str]]:
    data = content.encode() if isinstance(content, str) else content
    return [(block.level, block.text) for block in read_blocks(name, data)[0] if block.level]


def pdf(*pages: Sequence[str], title: str = "", outline: Mapping[str, int] = NOTHING) -> bytes:
    """A PDF with a line of text every 20 points; `outline` gives headings their levels from 0."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=0, invariant=1)
    canvas.setTitle(title)
    for lines in pages:
        for n, line in enumerate(lines):
            canvas.drawString(72, 780 - 20 * n, line)
        for heading in (heading for heading in outline if heading in " ".join(lines)):
            canvas.bookmarkPage(heading)
            canvas.addOutlineEntry(heading, heading, level=outline[heading])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def encrypted(data: bytes, user: str, owner: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_the_same_in_every_encoding_and_with_every_line_end(
    encoding: str, end: str
) -> None:
    text = "L’été à Créteil : 12 €\nà Sète\n\n« Cœur » de ville\n".replace("\n", end)
    assert texts("a.txt", text.encode(encoding)) == [
        "L’été à Créteil : 12 €\nà Sète",
        "« Cœur » de ville\n",
    ]


def test_a_line_of_spaces_ends_a_paragraph() -> None:
    assert texts("a.txt", "Un\n \t \nDeux") == ["Un", "Deux"]


@pytest.mark.parametrize("content", [b"PK\x00\x03", "été".encode("utf-16-le")])
@pytest.mark.parametrize("name", ["notes/a.txt", "notes/a.md", "notes/a.html"])
def test_bytes_that_are_no_text_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(CannotRead, match=rf"^{name} contient des octets nuls : .*UTF-8"):
        texts(name, content)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_file_of_spaces_has_no_text(name: str) -> None:
    with pytest.raises(CannotRead, match=f"^{name} ne contient aucun texte"):
        texts(name, " \n\t\n ")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", "Délibéré"), ("a.md", "Délibéré"), ("a.html", "<title>Été</title>Délibéré")],
)
def test_decomposed_accents_come_out_composed(name: str, content: str) -> None:
    blocks, title = read_blocks(name, unicodedata.normalize("NFD", content).encode())
    assert [block.text for block in blocks] == ["Délibéré"]
    assert title == ("Été" if "title" in content else "")


# Markdown


def test_markdown_headings_keep_their_level_and_lose_their_marks() -> None:
    found = levels("a.md", "# Convention\n\nTexte\n\n### **Article** 1 ###\n\nTitre\n-----\n")
    assert found == [(1, "Convention"), (3, "Article 1"), (2, "Titre")]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("un *mot* en **gras** et `code`", "un mot en gras et code"),
        ("voir [la **convention**](https://a.fr/b)", "voir la convention"),
        ("![le port](port.png)", "le port"),
        ("une ligne\nqui va à la suivante", "une ligne qui va à la suivante"),
        ("une adresse  \ndeux lignes", "une adresse\ndeux lignes"),
        ("5 m<sup>2</sup> à l'est<br>du port", "5 m2 à l'est du port"),
        ("> une citation", "une citation"),
        ("    du code indenté\n", "du code indenté\n"),
        ("2 \\* 3 &amp; 4", "2 * 3 & 4"),
    ],
)
def test_markdown_is_read_as_it_is_rendered(source: str, seen: str) -> None:
    assert texts("a.md", source) == [seen]


def test_markdown_lists_are_read_in_order_with_the_lists_inside_them() -> None:
    source = "Avant\n\n- un\n- deux\n  - deux bis\n\n    suite\n- trois\n\n3. c\n4. d\n\nAprès"
    assert texts("a.md", source) == [
        "Avant",
        "- un\n- deux\n- deux bis suite\n- trois",
        "3. c\n4. d",
        "Après",
    ]


def test_a_markdown_table_is_read_row_by_row() -> None:
    source = "Avant\n\n| Site | Prix |\n|---|---:|\n| **Nord** | 12 € |\n| Sud | |\n\nAprès"
    assert texts("a.md", source) == [
        "Avant",
        "Site : Nord | Prix : 12 €\nSite : Sud",
        "Après",
    ]


def test_a_table_in_a_markdown_list_loses_nothing() -> None:
    source = "- un\n\n  | a | b |\n  |---|---|\n  | c | d |\n\n  après\n- deux"
    words = " ".join(texts("a.md", source)).split()
    assert [w for w in words if w.isalpha()] == ["un", "a", "c", "b", "d", "après", "deux"]


def test_comments_and_front_matter_are_no_part_of_a_markdown_text() -> None:
    source = (
        "---\ntitle: x\ndate: 2020\n---\n# Titre\n\n<!-- note -->\n\n<div>bloc <b>gras</b></div>\n"
    )
    assert texts("a.md", source) == ["Titre", "bloc gras"]


def test_rules_that_open_a_markdown_text_are_no_front_matter() -> None:
    assert texts("a.md", "---\n\nUn\n\n---\n\nDeux") == ["Un", "Deux"]


def test_the_time_to_read_markdown_grows_with_its_length() -> None:
    source = "\n\n".join(f"Paragraphe {n}." for n in range(5000))
    start = perf_counter()
    assert len(texts("a.md", source)) == 5000
    assert perf_counter() - start < 5  # 0.2 s; looking each token up took a minute


# HTML


PAGE = """<!doctype html><html lang="fr"><head><title> Délibération
 du 12 mai </title><style>p {color: red}</style><script>var menu = 1;</script></head><body>
<header role="banner">Ville de Sète</header><nav><ul><li>Accueil</li></ul></nav>
%s
<aside>À lire aussi</aside><div aria-hidden="true">icône</div><p hidden>caché</p>
<form role="search"><label>Chercher</label><input value="mot"><button>OK</button></form>
<footer>Mentions légales</footer><noscript>Activez JavaScript</noscript></body></html>"""


@pytest.mark.parametrize("main", ["<main>%s</main>", "<div role=main>%s</div>", "<div>%s</div>"])
def test_only_the_main_content_of_a_page_is_read(main: str) -> None:
    page = PAGE % (main % "<h1>Écoles</h1><!-- note --><p>Le conseil approuve.</p>")
    blocks, title = read_blocks("a.html", page.encode())
    assert [(b.text, b.level) for b in blocks] == [("Écoles", 1), ("Le conseil approuve.", 0)]
    assert title == "Délibération du 12 mai"


def test_a_page_of_navigation_holds_no_text() -> None:
    with pytest.raises(CannotRead, match=r"^menu\.html ne contient aucun texte"):
        texts("menu.html", PAGE % "")


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>un<br>deux<br/>trois</p>", ["un deux trois"]),
        ("<h2>un<br>deux</h2>", ["un deux"]),
        ("<p>un <b>mot</b>, l'<i>autre</i></p>", ["un mot, l'autre"]),
        ("un<p>deux</p>trois <b>quatre</b>", ["un", "deux", "trois quatre"]),
        ("<div>un<div>deux</div>trois</div>", ["un", "deux", "trois"]),
        ("<span>un<div>deux</div></span>", ["un", "deux"]),
        ("<a href=x><h2>un</h2><p>deux</p></a>", ["un", "deux"]),
        ("<ul><li>un<ul><li>deux</li><li>trois</li></ul></li><li>quatre</li></ul>",
         ["- un\n- deux\n- trois\n- quatre"]),
        ("<ol start=3><li><p>un</p><p>bis</p></li><li value=7>deux</li></ol>",
         ["3. un bis\n7. deux"]),
        ("<dl><dt>un</dt><dd>deux</dd></dl>", ["un", "deux"]),
        ("<table><caption>t</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody>"
         "<tr><td>c</td><td></td></tr></tbody></table>", ["t", "a : c"]),
        ("<table><tr><td>un<br>deux</td><td><p>trois</p><p>quatre</p></td></tr></table>",
         ["un deux | trois quatre"]),
        ("<table><tr><td>un<table><tr><td>a</td><td>b</td></tr></table></td><td>deux</td></tr>"
         "</table>", ["un", "a | b", "deux"]),
        ("<form action=x><div>un</div><input><select><option>non</select></form>", ["un"]),
        ("<details><summary>un</summary>deux</details>", ["un", "deux"]),
        ("&eacute;t&eacute; 12&nbsp;&euro; &lt;b&gt;", ["été 12 € <b>"]),
    ],
)  # fmt: skip
def test_html_is_read_once_in_the_order_of_the_page(source: str, seen: list[str]) -> None:
    assert texts("a.html", f"<body>{source}</body>") == seen


@pytest.mark.parametrize(
    "source",
    ["<p>un <b>deux<p>trois", "</div></p><p>un deux</p><table><td>trois", "un deux <p>trois</p"],
)
def test_broken_html_gives_its_words(source: str) -> None:
    assert " ".join(texts("a.html", source)).split() == ["un", "deux", "trois"]


def test_html_headings_keep_their_level() -> None:
    source = "".join(f"<h{n}>Titre <i>{n}</i></h{n}>" for n in range(1, 7))
    assert levels("a.htm", source) == [(n, f"Titre {n}") for n in range(1, 7)]


def test_a_page_in_windows_1252_keeps_its_accents() -> None:
    page = '<meta charset="iso-8859-1"><p>L’été à Sète : 12 €</p>'
    assert texts("a.html", page.encode("cp1252")) == ["L’été à Sète : 12 €"]


def test_html_nested_past_all_reason_is_refused_by_its_name() -> None:
    with pytest.raises(CannotRead, match=r"^a/b\.html est endommagé : exportez-le"):
        texts("a/b.html", "<div>" * 5000 + "bonjour")


# PDF


def test_a_pdf_gives_its_characters_and_its_page_numbers() -> None:
    pages = ["« Été » à l’Haÿ : 12,50 €", "Œuvre commune – ça et là", "Troisième"]
    blocks, _ = read_blocks("a.pdf", pdf(*[[page] for page in pages]))
    assert [(b.page, b.text) for b in blocks] == list(enumerate(pages, start=1))


def test_the_outline_of_a_pdf_marks_its_headings() -> None:
    data = pdf(
        ["Convention", "entre deux villes", "Article 1 –", "Objet", "Le port."],
        ["Article 2 – Durée", "Objet : deux ans."],
        outline={"Convention": 0, "Article 1 – Objet": 1, "Article 2 – Durée": 1},
    )
    assert [(b.page, b.level, b.text) for b in read_blocks("a.pdf", data)[0]] == [
        (1, 1, "Convention"),
        (1, 0, "entre deux villes"),
        (1, 2, "Article 1 – Objet"),
        (1, 0, "Le port."),
        (2, 2, "Article 2 – Durée"),
        (2, 0, "Objet : deux ans."),
    ]


def test_a_control_character_in_a_font_loses_no_pdf_with_an_outline() -> None:
    writer = pypdf.PdfWriter(
        io.BytesIO(pdf(["Objet", "La plage § du port."], outline={"Objet": 0}))
    )
    characters = StreamObject()
    characters.set_data(b"1 beginbfchar <A7> <001A> endbfchar")
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"].get_object()
    font[NameObject("/ToUnicode")] = writer._add_object(characters)
    file = io.BytesIO()
    writer.write(file)
    blocks = read_blocks("a.pdf", file.getvalue())[0]
    assert [(b.level, b.text) for b in blocks] == [(1, "Objet"), (0, "La plage \x1a du port.")]


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("Convention de baignade", "Convention de baignade"),
        (" Avenant n° 2 ", "Avenant n° 2"),
        ("untitled", ""),
        ("Document1", ""),
        ("Microsoft Word - convention.docx", ""),
        ("projet_v3.odt", ""),
    ],
)
def test_a_pdf_declares_its_title_unless_a_program_made_it_up(declared: str, kept: str) -> None:
    assert read_blocks("a.pdf", pdf(["Bonjour"], title=declared))[1] == kept


def test_a_hyphen_at_the_end_of_a_line_stays_where_it_belongs_to_the_word() -> None:
    data = pdf(["La conven-", "tion ci-", "annexée du Languedoc-", "Roussillon, lot 1 -", "Nord."])
    assert " ".join(texts("a.pdf", data)[0].split()) == (
        "La convention ci-annexée du Languedoc-Roussillon, lot 1 - Nord."
    )


def test_a_line_ends_where_its_paragraph_ends() -> None:
    data = pdf(
        [
            "Le conseil de territoire approuve la conven-",
            "tion conclue avec la commune de Sète pour",
            "Quatre ans. Elle prend effet en juin.",
            "Le président la signe.",
        ]
    )
    assert texts("a.pdf", data) == [
        "Le conseil de territoire approuve la convention conclue avec la commune de Sète pour "
        "Quatre ans. Elle prend effet en juin.\nLe président la signe."
    ]


@pytest.mark.parametrize(
    ("valid", "damaged"),
    [(b"/Count 2", b"/Count 9"), (b"/Root", b"/Rxxt")],
    ids=["more pages announced than there are", "no root"],
)
def test_pypdf_reads_what_pdfium_refuses(valid: bytes, damaged: bytes) -> None:
    data = pdf(["Première page"], ["Deuxième page"]).replace(valid, damaged)
    with pytest.raises(pypdfium2.PdfiumError):
        [page.get_textpage() for page in pypdfium2.PdfDocument(data)]
    blocks, _ = read_blocks("a.pdf", data)
    assert [(b.page, b.text.strip()) for b in blocks] == [
        (1, "Première page"),
        (2, "Deuxième page"),
    ]


def test_pdfium_reads_what_pypdf_refuses() -> None:
    data = pdf(["Bonjour"]).replace(b"startxref", b"startxxxx")
    with pytest.raises(PdfReadError):
        pypdf.PdfReader(io.BytesIO(data))
    assert texts("a.pdf", data) == ["Bonjour"]


def test_titles_with_half_a_surrogate_pair_are_passed_over() -> None:
    data = pdf(["Bonjour", "Autres"], title="TITRES", outline={"Bonjour": 0, "Autres": 0})
    for title in (b"/Title (TITRES)", b"/Title (Autres)"):
        assert title in data
        data = data.replace(title, b"/Title (\xfe\xff\xd8\x00\x00A)")
    blocks, title = read_blocks("a.pdf", data)
    assert [(b.text, b.level) for b in blocks] == [("Bonjour", 1), ("Autres", 0)]
    assert title == ""


def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    assert texts("a.pdf", encrypted(pdf(["Bonjour"]), user="", owner="secret")) == ["Bonjour"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: encrypted(pdf(["Bonjour"]), "secret", "maître"), "mot de passe : retirez-le"),
        (lambda: pdf(["Bonjour"])[:600], "est endommagé : exportez-le de nouveau"),
        (lambda: b"%PDF-1.7\n" + b"\xff\x00" * 500, "est endommagé : exportez-le de nouveau"),
        (lambda: b"Ceci est du texte.", "n'est pas un PDF : vérifiez son extension"),
        (lambda: pdf([]), "ne contient aucun texte"),
    ],
    ids=["password", "truncated", "noise", "text", "blank"],
)
def test_a_pdf_that_cannot_be_read_says_what_to_do(data: object, reason: str) -> None:
    assert callable(data)
    with pytest.raises(CannotRead, match=rf"^dossier/acte\.pdf .*{reason}"):
        texts("dossier/acte.pdf", data())
