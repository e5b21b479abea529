"""The ways of answering by cards: facts, yes or no, two acts compared, demand by demand."""

import pytest
from answering import Ask, asking, cited, exact
from conftest import SmallEncoder, serving

from indexer import LocalIndex, SentenceEncoder, update
from service.answers.amended import amended
from service.answers.demands import demands
from service.answers.facts import asked
from service.answers.inquiry import Quote
from service.answers.kinds import kind_of
from service.answers.model import Kind, Status, Type, Verdict
from service.answers.values import expected
from service.question import parse
from service.search import Span

LUNELLE = "fictifs~convention-baignade-lunelle-2019.pdf"
BEACHES = (
    "fictifs~baignade-plages-valserene-2019.md",
    "fictifs~baignade-plages-valserene-2023.pdf",
)
BOTH, PERSONS = ("parties", "signatories"), ("signatories",)


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    return asking(sample_index, real_encoder)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("que change l'avenant n° 1 ?", Kind.COMPARISON),
        ("compare le préavis de la convention n° 2021-08 et de la n° 2022-14", Kind.COMPARISON),
        ("est-ce que l'accord prévoit un préavis ?", Kind.YES_NO),
        ("la convention prévoit-elle une durée ?", Kind.YES_NO),
        ("convention n° 2012-07, encore en vigueur ?", Kind.YES_NO),
        ("depuis quand la convention est-elle en vigueur ?", Kind.FACT),
        ("when does the agreement on swimming end?", Kind.FACT),
        ("who signed the agreement?", Kind.FACT),
        ("was the agreement amended?", Kind.YES_NO),
        ("which agreements cover swimming?", Kind.LIST),
        ("how are the costs shared?", Kind.EXPLANATION),
    ],
)
def test_what_a_question_asks_for_is_told(text: str, kind: Kind) -> None:
    assert kind_of(parse(text)) == kind


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("qui signe la convention ?", BOTH),
        ("quelles sont les parties de l'accord ?", ("parties",)),
        ("quand la convention a-t-elle été signée ?", ("signed", "adopted")),
        ("date d'effet de la convention", ("start",)),
        ("quel est le numéro de la convention ?", ("number",)),
        ("budget total de la convention", ("amounts",)),
        ("quand la convention entre-t-elle en vigueur ?", ("start",)),
        ("who signed the agreement?", BOTH),
        ("qui a signé la convention ?", BOTH),
        ("signataires convention 19-CV-14", BOTH),
        ("quels maires ont signé la convention ?", PERSONS),
        ("qui a signé pour la commune de Belluire ?", PERSONS),
        ("noms des signataires du protocole", PERSONS),
        ("en quelle qualité Mme Kermeur a-t-elle signé ?", PERSONS),
        ("Qui est Nadia Kermeur ?", PERSONS),
        ("qui préside la CAVO ?", PERSONS),
        ("qui est le maire de Belluire ?", PERSONS),
        ("Qui est responsable de l'entretien ?", ()),
        ("quelle est la durée de la convention que le président a signée ?", ("duration",)),
        ("quand le maire a-t-il signé la convention ?", ("signed", "adopted")),
        ("Qui est La Poste ?", ()),
        ("les signataires s'engagent-ils à payer ?", ()),
        ("when was the agreement signed?", ("signed", "adopted")),
        ("when does the agreement start?", ("start",)),
        ("what is the amount of the agreement?", ("amounts",)),
        ("when does the agreement end?", ("duration", "end", "extension")),
        ("what is the notice period?", ("notice",)),
        ("combien de signataires ?", ()),
        ("qui paie ?", ()),
    ],
)
def test_the_facts_that_a_question_asks_for_are_told(text: str, facts: tuple[str, ...]) -> None:
    assert asked(text) == facts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("qui paie et jusqu'à quand ?", ["qui paie", "jusqu'à quand"]),
        (
            "Quand s'arrête-t-elle, et peut-on la prolonger ?",
            ["Quand s'arrête-t-elle", "peut-on la prolonger"],
        ),
        ("montant, durée et préavis de l'accord", ["montant", "durée", "préavis"]),
        ("la durée et le préavis de la convention", ["la durée", "le préavis"]),
        (
            "quelle est la durée de « l'accord durée et préavis » ?",
            ["quelle est la durée de « l'accord durée et préavis »"],
        ),
        ("Combien paient Paris et Lyon ?", ["Combien paient Paris et Lyon"]),
        ("qui paie le gaz ? Merci d'avance", ["qui paie le gaz"]),
        ("Bonjour ? Qui paie ? Bonne journée", ["Qui paie"]),
        ("qui paie ? s'il y a un retard ?", ["qui paie", "s'il y a un retard"]),
        ("qui paie ? " * 100, ["qui paie"]),
        ("qui paie et quand et où et comment et pourquoi", None),
        (
            "quand l'accord a-t-il été signé, par qui et pour combien de temps ?",
            ["quand l'accord a-t-il été signé", "par qui", "pour combien de temps"],
        ),
        ("la commune, qui paie et gère, en sort", ["la commune, qui paie et gère, en sort"]),
    ],
)
def test_a_question_is_cut_into_its_demands(text: str, parts: list[str] | None) -> None:
    """One of too many demands is taken as it is."""
    assert [demand.text for demand in demands(parse(text))] == (parts or [text])


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("quand l'accord a-t-il été signé et par qui ?", "par qui l'accord a-t-il été signé"),
        (
            "quelle est la durée de la convention piscine et combien paie la CCCV ?",
            "combien paie la CCCV, pour la convention piscine",
        ),
        (
            "qui signe la convention piscine et jusqu'à quand court-elle ?",
            "jusqu'à quand court-elle, la convention piscine\u00a0?",
        ),
        ("convention fibre : durée, montant et signataires", "convention fibre : signataires"),
        (
            "quelle est la durée de l'accord et quand finit le protocole ?",
            "quand finit le protocole",
        ),
        ("quels sont les horaires et où se trouve la piscine ?", "où se trouve la piscine"),
    ],
)
def test_each_demand_is_a_whole_question(text: str, last: str) -> None:
    assert demands(parse(text))[-1].whole == last


@pytest.mark.parametrize(
    ("text", "document", "answer"),
    [
        (
            "qui signe la convention n° 2022-14 ?",
            "cuisine-centrale-sirco-2022.pdf",
            ("commune de Bellefontaine-le-Pont", "name"),
        ),
        (
            "quelle est la date de signature de la convention sur le tourisme fluvial ?",
            "tourisme-fluvial-2020.pdf",
            ("16 septembre 2020", "date"),
        ),
        (
            "numéro de la convention de transport à la demande avec la Région Pays-d'Orsenne",
            "transport-a-la-demande-2024.html",
            ("2024-MOB-42", "number"),
        ),
        (
            "quel est le montant de la convention n° 2023-018 ?",
            "avenant-1-baignade-2024.txt",
            ("61\u00a0500\u00a0€", "amount"),
        ),
        (
            "date d'effet de la convention n° 2022-14",
            "cuisine-centrale-sirco-2022.pdf",
            ("1er septembre 2022", "date"),
        ),
        (
            "durée de la convention de la piscine de Belluire",
            "convention-piscine-belluire-2020.md",
            ("trois ans", "duration"),
        ),
    ],
)
def test_a_fact_is_answered_by_the_card_with_its_very_words(
    ask: Ask, text: str, document: str, answer: tuple[str, str]
) -> None:
    given = ask(text)
    assert given.status == Status.ANSWERED
    assert cited(given)[0] == f"fictifs~{document}"
    assert answer in exact(given)


@pytest.mark.parametrize(
    ("text", "verdict", "document"),
    [
        (
            "la convention de baignade dans la Lunelle est-elle encore en vigueur ?",
            Verdict.YES,
            "avenant-1-convention-baignade-2022.md",
        ),
        (
            "convention n° 2012-07, encore en vigueur ?",
            Verdict.NO,
            "convention-vente-eau-gros-2012.txt",
        ),
        (
            "la convention de la piscine de Belluire est-elle expirée ?",
            Verdict.YES,
            "convention-piscine-belluire-2020.md",
        ),
        (
            "est-ce que la convention du centre aquatique prévoit un préavis ?",
            Verdict.YES,
            "convention-centre-aquatique-2021.pdf",
        ),
        (
            "la commune de Belluire est-elle signataire de la convention de la Lunelle ?",
            Verdict.YES,
            "convention-baignade-lunelle-2019.pdf",
        ),
        (
            "la commune de Fontbrac est-elle signataire de la convention n° 2023-018 ?",
            Verdict.NO,
            "baignade-plages-valserene-2023.pdf",
        ),
        (
            "la convention de repas avec Varennes-l'Abbaye est-elle reconduite tacitement ?",
            Verdict.YES,
            "cuisine-centrale-varennes-2021.md",
        ),
        (
            "la convention n° 2022-14 est-elle reconduite tacitement ?",
            Verdict.NO,
            "cuisine-centrale-sirco-2022.pdf",
        ),
        (
            "la convention n° 2019-037 a-t-elle été remplacée ?",
            Verdict.YES,
            "baignade-plages-valserene-2023.pdf",
        ),
        (
            "la convention n° 2023-018 a-t-elle été modifiée ?",
            Verdict.YES,
            "avenant-1-baignade-2024.txt",
        ),
        (
            "la convention n° 2022-14 peut-elle être résiliée ?",
            Verdict.YES,
            "cuisine-centrale-sirco-2022.pdf",
        ),
        (
            "peut-on mettre fin à la charte de la donnée territoriale ?",
            Verdict.YES,
            "charte-donnee-territoriale-2021.md",
        ),
        (
            "une commune peut-elle se retirer de la convention de baignade dans la Lunelle ?",
            Verdict.YES,
            "convention-baignade-lunelle-2019.pdf",
        ),
        (
            "can the agreement n° 2022-14 be terminated?",
            Verdict.YES,
            "cuisine-centrale-sirco-2022.pdf",
        ),
    ],
)
def test_a_card_says_yes_or_no_with_its_quotes(
    ask: Ask, text: str, verdict: Verdict, document: str
) -> None:
    given = ask(text)
    assert (given.kind, given.verdict) == (Kind.YES_NO, verdict)
    assert f"fictifs~{document}" in cited(given)


@pytest.mark.parametrize(
    ("who", "verdict"),
    [
        ("la commune de Belluire et la CAVO sont-elles signataires", Verdict.YES),
        ("Belluire et le SML sont-ils membres", Verdict.YES),
        ("la commune de Belluire et la commune de Fontbrac sont-elles signataires", Verdict.NO),
        ("Belluire, la CAVO et la commune de Fontbrac font-elles partie", Verdict.NO),
    ],
)
def test_of_several_bodies_all_are_parties_or_who_is_not_is_named(
    ask: Ask, who: str, verdict: Verdict
) -> None:
    given = ask(f"{who} de la convention de baignade dans la Lunelle ?")
    assert (given.verdict, cited(given)[0]) == (verdict, LUNELLE)
    told = " ".join(given.notes)
    assert ("Pas partie\u00a0: commune de Fontbrac" in told) == (verdict == Verdict.NO)


@pytest.mark.parametrize(
    "text",
    [
        "la convention n° 2022-14 a-t-elle été modifiée ?",  # no avenant is no proof
        "la convention n° 2022-14 a-t-elle été remplacée ?",
        "la convention n° 20-CU-03 peut-elle être reconduite ?",  # it only says: not tacitly
        "la charte de la donnée territoriale prévoit-elle un préavis ?",
        "la ville de Marseille est-elle signataire de la convention n° 2022-14 ?",
        "la convention n° 2022-14 peut-elle être résiliée sans préavis ?",  # with notice is no yes
        "le SIRCO peut-il résilier la convention n° 2022-14 avant le 1er mai ?",
        "la convention n° 2022-14 a-t-elle été résiliée ?",
        "peut-on mettre fin à la convention n° 2019-037 ?",  # it is over
    ],
)
def test_silence_is_no_verdict(ask: Ask, text: str) -> None:
    assert ask(text).verdict is None


def test_two_acts_are_compared_by_the_same_fact_in_the_order_of_their_dates(ask: Ask) -> None:
    given = ask("compare le préavis dans la convention n° 2022-14 et la convention n° 2021-08")
    assert (given.kind, given.status) == (Kind.COMPARISON, Status.ANSWERED)
    assert exact(given) == [("neuf mois", "duration"), ("dix-huit mois", "duration")]
    assert (
        "la convention n°\u00a02021-08 (28 mai 2021), puis la convention n°\u00a02022-14"
        in " ".join(given.notes)
    )


def test_acts_told_by_their_years_are_compared_by_what_they_say_otherwise(ask: Ask) -> None:
    given = ask("quelle différence entre la convention de 2019 et celle de 2023 sur les plages ?")
    assert given.status == Status.ANSWERED
    first, second = (cited(given).index(name) for name in BEACHES)
    assert first < second
    assert ("quatre mois", "duration") in exact(given)
    assert ("six mois", "duration") in exact(given)


def test_what_an_avenant_changes_is_quoted_beside_what_it_replaces(ask: Ask) -> None:
    given = ask("que change l'avenant n° 1 à la convention de baignade de la Lunelle ?")
    assert given.status == Status.ANSWERED
    assert "sept ans" in given.sentences[0].text
    assert cited(given)[-1] == LUNELLE


def test_demands_are_answered_one_by_one_and_what_lacks_is_named(ask: Ask) -> None:
    both = ask("durée et préavis de la convention du centre aquatique des Trois-Rives")
    assert (both.status, both.missing) == (Status.ANSWERED, ())
    assert exact(both) == [("six ans", "duration"), ("neuf mois", "duration")]
    one = ask("préavis et reconduction de la convention n° 2019-037")
    assert one.status == Status.ANSWERED
    some = ask("durée et préavis de la convention n° GC-2023-05")
    assert some.status in {Status.PARTIAL, Status.ANSWERED}


def test_two_acts_in_force_that_say_otherwise_are_both_quoted(ask: Ask) -> None:
    given = ask("quel est le préavis de la convention baignade ?")
    assert {LUNELLE, BEACHES[1]} <= set(cited(given))
    assert given.notes[0].startswith("Deux actes en vigueur ne disent pas la même chose")


def test_what_replaces_an_act_comes_before_it(ask: Ask) -> None:
    given = ask("quelle est la durée de la convention de vente d'eau en gros ?")
    assert next(value for value, _ in exact(given)) == "quinze ans"
    assert cited(given)[-1] == "fictifs~convention-vente-eau-gros-2012.txt"
    assert "remplace la convention n°\u00a02012-07" in " ".join(given.notes)


def test_an_expired_act_is_said_to_be(ask: Ask) -> None:
    given = ask("quel est le préavis de la convention n° 2019-037 ?")
    assert "expirée au 1er juin 2025" in " ".join(given.notes)


@pytest.mark.parametrize("text", ["combien ?", "quel est le préavis ?", "et le la", "quand ?"])
def test_a_question_about_nothing_is_declined_for_that(ask: Ask, text: str) -> None:
    given = ask(text)
    assert given.status == Status.NO_EVIDENCE
    assert given.reason.startswith("La question ne dit pas de quoi il s'agit")


def test_an_empty_index_says_so(tmp_path, small_encoder: SmallEncoder) -> None:  # type: ignore[no-untyped-def]
    update([], tmp_path / "index", small_encoder, folder=str(tmp_path))
    with serving(tmp_path / "index", small_encoder) as client:
        found = client.post("/v1/answer", json={"question": "baignade"}).json()
    assert found["reason"].startswith("L'index est vide")


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("DEL-2024-118", "deliberation-del-2024-118-adoption-tad.txt"),
        ("avenant convention 2023-018", "avenant-1-baignade-2024.txt"),
        ("acte CT2021.2/018", "convention-centre-aquatique-2021.pdf"),
    ],
)
def test_an_act_is_shown_by_its_number(ask: Ask, text: str, document: str) -> None:
    given = ask(text)
    assert (given.kind, given.status) == (Kind.REFERENCE, Status.ANSWERED)
    assert set(cited(given)) == {f"fictifs~{document}"}


def test_a_number_beside_another_question_is_no_answer_to_it(ask: Ask) -> None:
    assert ("GC-2023-05", "number") not in exact(ask("qui préside la GC-2023-05"))


def test_of_two_acts_that_are_not_there_both_are_named(ask: Ask) -> None:
    given = ask("différence entre la convention de Brest et celle de Quimperlé")
    assert given.status == Status.NO_EVIDENCE
    assert "Brest" in given.reason
    assert "Quimperlé" in given.reason


def test_a_sum_that_an_avenant_moves_comes_after_the_sentence_that_moves_it(
    sample_index: LocalIndex,
) -> None:
    act = sample_index.document(LUNELLE)
    said = "Participation : 540 000 €"
    start = act.text.index(said)
    old = Quote(act, Span(start, start + len(said)))
    new, same = amended([old], sample_index)
    assert same is old
    (value,) = new.typed
    assert new.document.text[value.start : value.end] == "695\u00a0000\u00a0€"
    assert value.type == Type.AMOUNT


def test_each_demand_is_answered_and_what_lacks_is_named(ask: Ask) -> None:
    given = ask("quand la convention Lunébus a-t-elle été signée, par qui et pour combien de temps")
    said = [text for text, _ in exact(given)]
    assert (given.status, said[0], said[-1]) == (Status.ANSWERED, "26 juin 2023", "quatre ans")
    assert {"Hélène Marchadier", "Didier Roussange"} <= set(said)
    given = ask("convention fibre 2020 : durée, montant et signataires")
    assert (given.status, given.missing) == (Status.PARTIAL, ("durée",))
    assert [text for text, _ in exact(given)][-1] == "Didier Roussange"


def test_each_demand_may_be_of_an_act_of_its_own(ask: Ask) -> None:
    text = "quel est le préavis de la convention 2022-14 et la durée de la convention 2021-08 ?"
    assert cited(ask(text.replace("et la", "et quelle est la"))) == [
        "fictifs~cuisine-centrale-sirco-2022.pdf",
        "fictifs~cuisine-centrale-varennes-2021.md",
    ]


def test_the_notice_of_an_invented_document_is_no_answer(ask: Ask) -> None:
    for text in (
        "la convention n° 2022-14 peut-elle être résiliée ?",
        "who are the parties to agreement n° 2022-14?",
        "quels documents concernent la baignade ?",
    ):
        assert not any("fictif" in c.quote for c in ask(text).citations)


@pytest.mark.parametrize(
    ("sentence", "answers"),
    [
        ("La commune de Belluire verse 12 000 € chaque année.", True),
        ("Les frais d'analyse sont à la charge du SML.", True),
        ("La convention prend fin le 30 juin 2026.", False),
        ("La commune de Belluire préside le comité.", False),
        ("Convention entre la Région Pays-d'Orsenne et l'Agglomération", False),
    ],
)
def test_who_pays_is_answered_by_a_body_that_pays(sentence: str, answers: bool) -> None:
    wanted = expected(parse("qui paie les analyses ?"))
    assert wanted is not None
    assert bool(wanted.pattern.search(sentence)) == answers


def test_who_pays_is_missing_where_no_sentence_says_so(ask: Ask) -> None:
    given = ask("qui paie et quel est le préavis de la convention n° GC-2023-05 ?")
    assert (given.status, given.missing) == (Status.PARTIAL, ("qui paie",))


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("quand prend fin la convention n° 19-CV-14 ?", "2026-06-30", "30 juin 2026"),
        ("quelle est la durée de la convention n° 19-CV-14 ?", "P84M", "sept ans"),
        ("until when is the convention n° 2023-018 in force?", "2028-12-31", "31 décembre 2028"),
    ],
)
def test_the_value_that_holds_leads_and_what_an_avenant_overtakes_is_marked(
    ask: Ask, text: str, value: str, said: str
) -> None:
    given = ask(text)
    assert given.held is not None
    assert (given.held.value, given.held.text, given.held.computed) == (value, said, False)
    first, *others = (given.citations[n - 1] for n in given.held.citations)
    assert first.n == 1
    assert first.document.metadata.kind == "avenant"
    assert said in first.quote
    assert [c.document.metadata.kind for c in others] == ["convention"]
    assert [c for c in given.citations if c.overtaken] == others


def test_an_end_that_no_text_says_is_said_to_be_computed(ask: Ask) -> None:
    given = ask("quand prend fin la convention n° CDG-2022-44 ?")
    assert given.held is not None
    assert given.held.computed
    assert given.held.citations == tuple(c.n for c in given.citations)
    assert f"Fin calculée\u00a0: {given.held.text}." in given.notes
    assert not any(given.held.text in c.quote for c in given.citations)


def test_no_one_value_holds_where_another_act_replaces_the_one_that_is_meant(ask: Ask) -> None:
    assert ask("quelle est la durée de la convention de vente d'eau en gros ?").held is None
