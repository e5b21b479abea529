"""Cards: every fact stands where its evidence says, and the tables read by hand are met."""

from pathlib import Path

import pytest

from corpus import Document, Library, Source
from corpus.card.extract import extract
from corpus.card.model import Card, Fact, Period
from corpus.card.status import period
from corpus.card.territories import territories
from corpus.card.words import after, day, months
from corpus.document import Section
from eval.cards import FIELDS, cards

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent / "corpus" / "documents"
ASKED = ("number", "date", "kind", "parties")


def facts(card: Card) -> list[Fact[object]]:
    one = [card.kind, card.number, card.date, card.adopted, card.signed, card.duration, card.start,
           card.end, card.extension, card.renewal, card.notice]  # fmt: skip
    several = [*card.parties, *card.amounts, *card.signatories, *card.themes, *card.links]
    return [fact for fact in [*one, *several] if fact is not None]


@pytest.fixture(scope="module")
def samples() -> list[Document]:
    return [s.read() for s in Library(DOCUMENTS).scan() if isinstance(s, Source)]


def clause(text: str) -> Card:
    """The card of a convention with one article on its duration."""
    head = "Convention entre la commune d'Aulne et le syndicat du Bief\n\nSignée le 3 mai 2021\n\n"
    body = f"Article 9 – Durée\n\n{text}"
    at = len(head)
    section = Section("Article 9 – Durée", 4, at, at + len(body), ("Article 9 – Durée",))
    return extract(head + body, "Convention entre la commune d'Aulne et le syndicat du Bief",
                   (section,))  # fmt: skip


def value(fact: Fact[object] | None) -> object:
    return fact.value if fact else None


def test_every_fact_has_evidence_inside_the_text(samples: list[Document]) -> None:
    for document in samples:
        for fact in facts(document.card):
            assert fact.evidence, (document.path, fact)
            for place in fact.evidence:
                assert 0 <= place.start < place.end <= len(document.text), document.path
                assert document.text[place.start : place.end].strip(), document.path


def test_the_evidence_of_a_number_a_signatory_and_a_day_says_it(samples: list[Document]) -> None:
    for document in samples:
        card, text = document.card, document.text
        for fact in filter(None, [card.number, *card.signatories]):
            (place,) = fact.evidence
            assert "".join(text[place.start : place.end].split()) == fact.value.replace(" ", "")
        for fact in filter(None, [card.signed, card.adopted]):
            (place,) = fact.evidence
            assert day(text[place.start : place.end]) == fact.value


@pytest.mark.parametrize(
    ("table", "folder"), [("sample", DOCUMENTS), ("deliberations", None), ("held", None)]
)
def test_the_tables_read_by_hand_are_met(shared: Path, table: str, folder: Path | None) -> None:
    folder = folder or shared / "corpus" / "deliberations"
    scores = cards(HERE / "cards" / f"{table}.jsonl", folder)["all"]
    for name in FIELDS:
        assert scores[name].precision >= 0.97, (name, scores[name].errors)
    for name in ASKED:
        assert scores[name].recall >= 0.85, (name, scores[name].errors)


@pytest.mark.parametrize(
    ("text", "duration", "start", "end"),
    [
        ("La convention est conclue pour cinq ans à compter de sa signature.", 60, "2021-05-03",
         "2026-05-02"),
        ("Elle prend effet le 1er juin 2022 pour une durée de trois ans.", 36, "2022-06-01",
         "2025-05-31"),
        ("Elle est conclue pour 18 mois à compter de sa notification.", 18, None, None),
        ("Elle court du 1er janvier 2022 au 31 décembre 2023.", None, "2022-01-01", "2023-12-31"),
        ("La durée de la concession est de trente ans.", None, None, None),
        ("Elle prend effet le 31 janvier 2022 pour un mois.", 1, "2022-01-31", "2022-02-28"),
        ("Le titre 1 vaut dix ans et le titre 2 deux ans.", None, None, None),
        ("Les marchés sont conclus pour quatre ans.", None, None, None),
    ],
)  # fmt: skip
def test_an_act_lasts_as_it_says_itself(
    text: str, duration: int | None, start: str | None, end: str | None
) -> None:
    card = clause(text)
    assert (value(card.duration), value(card.start), value(card.end)) == (duration, start, end)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Elle est reconduite tacitement.", "tacite"),
        ("Elle est renouvelable par tacite reconduction, deux fois.", "tacite"),
        ("Elle ne peut être renouvelée que par décision expresse.", "expresse"),
        ("Elle n'est pas tacitement reconductible.", "exclue"),
        ("Elle ne peut être reconduite, ni expressément ni tacitement.", "exclue"),
        ("Elle dure deux ans.", None),
    ],
)
def test_a_renewal_is_tacit_express_or_excluded(text: str, how: str | None) -> None:
    renewal = clause(text).renewal
    assert (renewal.value.how if renewal else None) == how


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("renouvelable deux fois par tacite reconduction.", "2024-12-31"),
        ("renouvelable par tacite reconduction, dans la limite de trois ans.", "2024-12-31"),
        ("renouvelable tacitement dans la limite d'une durée totale de trois ans.", "2024-12-31"),
        ("renouvelée tacitement par périodes d'un an, sans que sa durée totale puisse excéder cinq "
         "ans.", "2026-12-31"),
        ("renouvelée tacitement sans que sa durée puisse excéder cinq ans.", "2026-12-31"),
        ("reconduite tacitement pour la même durée sans pouvoir excéder une durée totale de 4 ans.",
         "2025-12-31"),
        ("reconduite tacitement. La durée totale de la convention ne pourra excéder cinq ans.",
         "2026-12-31"),
        ("reconduite tacitement chaque année jusqu'au 31 décembre 2028.", "2028-12-31"),
        ("reconduite tacitement dans la limite de trois reconductions.", "2025-12-31"),
        ("reconduite tacitement, dans la limite des crédits votés.", "9999-12-31"),
        ("reconduite tacitement, dans la limite de la durée du contrat de bassin.", "?"),
        ("reconduite tacitement, la durée totale des reconductions ne pouvant excéder trois ans.",
         "?"),
        ("renouvelable par tacite reconduction, sauf dénonciation un mois au plus tard avant.",
         "9999-12-31"),
        ("conclue sans tacite reconduction, sa durée ne pouvant excéder un an.", ""),
    ],
)  # fmt: skip
def test_tacit_renewals_go_on_up_to_their_limit(text: str, last: str) -> None:
    card = clause(f"Elle est conclue pour un an à compter du 1er janvier 2022. Elle est {text}")
    assert period(card) == Period("2022-01-01", "2022-12-31", last)


@pytest.mark.parametrize(
    ("written", "length"),
    [("trois ans", 36), ("dix-huit mois", 18), ("cinq ans et trois mois", 63), ("un an", 12),
     ("vingt et un mois", 21), ("5 (cinq) ans", 60), ("soixante-dix-neuf ans", 948)],
)  # fmt: skip
def test_a_length_of_time_is_read_in_months(written: str, length: int) -> None:
    assert months(written) == length


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("SEANCE DU 14 DECEMBRE 2020", "2020-12-14"),
        ("Séance du lundi 3 aout 2020", "2020-08-03"),
        ("SÉANCE DU 1er FEVRIER 2020", "2020-02-01"),
        ("SÉANCE DU 1ER FÉVRIER 2020", "2020-02-01"),
        ("Séance du 14.12.2020", "2020-12-14"),
        ("Séance du 14-12-2020", "2020-12-14"),
        ("Séance du 14.13.2020", ""),
        ("Délibération n° 14-12-2020", ""),
        ("Dossier 2020-14-12-2020", ""),
        ("Téléphone 04.12.12.2020", ""),
    ],
)
def test_a_day_is_read_without_accents_and_in_figures_and_no_number_is(
    said: str, expected: str
) -> None:
    card = extract(f"EXTRAIT DU REGISTRE DES DELIBERATIONS\n\nConseil municipal d'Aulne\n\n{said}")
    assert value(card.adopted) == (expected or None)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [("2020-02-29", 12, "2021-02-28"), ("2021-01-01", 12, "2021-12-31"),
     ("2021-03-15", 1, "2021-04-14"), ("2021-01-31", 1, "2021-02-28")],
)  # fmt: skip
def test_the_last_day_precedes_the_anniversary(start: str, length: int, end: str) -> None:
    assert after(start, length) == end


ANNEXED = """SÉANCE DU CONSEIL DE TERRITOIRE DU 3 MAI 2021

N° CT2021.2/7

Article 1 : ADOPTE la convention avec la commune d'Orme, ci-annexée.

Fait à Aulne, le 3 mai 2021.

Jeanne AUBRY

CONVENTION DE COOPÉRATION

La présente convention organise la baignade dans le Bief.

La présente convention est conclue pour une durée de cinq ans à compter de son adoption. La
présente convention est reconduite tacitement."""


def test_a_deliberation_has_the_time_of_the_convention_that_it_carries() -> None:
    card = extract(ANNEXED)
    assert (value(card.kind), value(card.number)) == ("délibération", "CT2021.2/7")
    assert (value(card.duration), value(card.start)) == (60, "2021-05-03")
    assert value(card.end) == "2026-05-02"
    assert card.renewal
    assert [fact.value for fact in card.signatories] == ["Jeanne AUBRY"]
    assert card.duration
    (place,) = card.duration.evidence
    assert ANNEXED[place.start : place.end] == "cinq ans"


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("ADOPTE la convention", "PREND ACTE de la convention"),  # not what it approves
        (", ci-annexée", ""),  # not said to be annexed
        ("CONVENTION DE COOPÉRATION", "RAPPORT DE PRÉSENTATION"),  # not what is annexed
    ],
)
def test_a_deliberation_has_no_time_of_a_convention_that_may_be_another(
    written: str, other: str
) -> None:
    assert extract(ANNEXED.replace(written, other)).duration is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La commune verse 12 500 € par an.", [(12500, "La commune verse")]),
        ("Le coût est de 1,2 million d'euros.", [(1200000, "Le coût est de")]),
        ("Le lot est attribué pour 38 436.15 € HT.", [(38436.15, "Le lot est attribué pour")]),
        ("L'entrée coûte 12 €.", []),
        ("La part est de 22 000 € au lieu de 18 000 €.", [(22000, "La part est de")]),
        ("Elle passe de 5 000 € à 6 000 €.", [(6000, "Elle passe de 5 000 € à")]),
        ("L'aide, fixée à 5 000 €, est portée à 7 000 €.",
         [(7000, "L'aide, fixée à 5 000 €, est portée à")]),
        ("Elle a déjà reçu 5 000 € et recevra 6 000 €.",
         [(6000, "Elle a déjà reçu 5 000 € et recevra")]),
        ("Versement avant le 30 juin : 5 000 €", [(5000, "Versement avant le 30 juin")]),
        ("La facture est passée de 3 000 € à 9 000 € en dix ans.", []),
        ("Prêts :\n\n- 5 000 € auprès de la banque ;", [(5000, "auprès de la banque")]),
        ("Cotisation au réseau\n\n1 209 €", [(1209, "Cotisation au réseau")]),
    ],
)  # fmt: skip
def test_an_amount_is_owed_by_the_act_and_says_what_it_is_for(
    text: str, expected: list[tuple[float, str]]
) -> None:
    found = clause(text).amounts
    assert [(fact.value.euros, fact.value.what) for fact in found] == expected


def test_of_many_amounts_the_greatest_are_given() -> None:
    found = clause("\n\n".join(f"Association {n} : {n} 000 €" for n in range(1, 31))).amounts
    assert [fact.value.euros for fact in found] == [n * 1000 for n in range(11, 31)]


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Convention relative à la petite enfance", "", ["petite enfance"]),
        ("Convention entre la commune d'Aulne et le syndicat d'énergie du Bief",
         "Le syndicat d'énergie du Bief pose la fibre optique. " * 4, ["numérique"]),
        ("Délégation du conseil", "La baignade, la culture, le sport et l'énergie.", []),
        ("Désignation d'un représentant", "La plage, la baignade, les plages, les baigneurs.",
         ["baignade"]),
    ],
)  # fmt: skip
def test_a_theme_is_named_by_the_title_or_alone_in_the_text(
    title: str, body: str, expected: list[str]
) -> None:
    card = extract(f"{title}\n\n{body}", title)
    assert [fact.value for fact in card.themes] == expected


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("La présente délibération abroge la convention n° 21-04.", "abroge"),
        ("Le conseil, sur l'avis de M. Aubry, rapporte la délibération n° 21-04.", "abroge"),
        ("Le conseil ne change pas le tarif et abroge la convention n° 21-04.", "abroge"),
        ("Le conseil approuve la convention n° 21-04.", "adopte"),
        ("Madame Aubry rapporte que la convention n° 21-04 donne satisfaction.", ""),
        ("Madame Aubry rapporte la convention n° 21-04 devant l'assemblée.", ""),
        ("La commune se retire de la convention n° 21-04.", ""),
        ("La présente délibération n'abroge pas la convention n° 21-04.", ""),
        ("La présente délibération n’abroge ni ne remplace la convention n° 21-04.", ""),
        ("La présente délibération ne remplace pas la convention n° 21-04.", ""),
        ("Elle n'est pas remplacée par la convention n° 21-04.", ""),
        ("Le conseil n'approuve pas la convention n° 21-04.", ""),
        ("Le conseil ne modifie pas la convention n° 21-04.", ""),
    ],
)
def test_a_deliberation_does_to_an_act_what_it_says_and_no_more(said: str, relation: str) -> None:
    card = extract(f"Délibération n° 2022-1\n\nConseil municipal d'Aulne\n\n{said}")
    assert [fact.value.relation for fact in card.links] == ([relation] if relation else [])


def test_a_siren_passes_its_check_and_an_insee_code_has_five_characters() -> None:
    codes = [party.code for party in territories().entries.values() if party.code]
    for code in codes:
        digits = [int(c) * (1 + place % 2) for place, c in enumerate(reversed(code)) if c.isdigit()]
        luhn = sum(sum(divmod(n, 10)) for n in digits) % 10 == 0
        assert (len(code) == 9 and luhn) or (len(code) == 5 and code[2:].isdigit()), code
