"""The path from a question to its proof, in a real browser, with scripts and without."""

import csv

import pytest
from playwright.sync_api import expect
from test_accessibility import site  # noqa: F401

DURATION = "quelle est la durée de la convention n° 2021-08 ?"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_a_question_leads_to_the_sentence_on_the_page_of_its_source(open_page, javascript):
    page = open_page("/recherche", java_script_enabled=javascript)
    page.get_by_label("Votre question").fill(DURATION)
    page.get_by_role("button", name="Rechercher").click()
    answer = page.get_by_role("region", name="Réponse")
    expect(answer.locator("mark").first).to_have_text("cinq ans")
    answer.get_by_role("link", name="Convention n° 2021-08").first.click()
    expect(page.locator("mark#passage")).to_contain_text("cinq ans")
    image = page.get_by_role("img", name="Page 1")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.complete || new Promise(r => image.onload = r)")
    assert image.evaluate("image => image.naturalWidth") > 300
    page.go_back()
    expect(answer).to_be_visible()
    page.reload()
    expect(page.get_by_label("Votre question")).to_have_value(DURATION)
    assert open_page.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_a_question_is_followed_by_another_of_the_same_act(open_page, javascript):
    page = open_page("/recherche?q=" + DURATION, java_script_enabled=javascript)
    page.get_by_label("Une question qui suit celle-ci").fill("et son préavis ?")
    page.get_by_role("button", name="Poursuivre").click()
    expect(page).to_have_title("quel est le préavis de la convention n° 2021-08 ? – Recherche")
    expect(page.get_by_role("region", name="Réponse")).to_contain_text("six mois")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_a_list_is_sorted_and_saved(open_page, javascript):
    page = open_page(
        "/recherche?q=quelles+conventions+expirent+avant+fin+2030+%3F",
        java_script_enabled=javascript,
    )
    listed = page.locator(".answer .acts h3")
    first = listed.first.inner_text()
    page.get_by_role("link", name="Trier par titre").click()
    expect(listed.first).not_to_have_text(first)
    titles = listed.all_inner_texts()
    assert titles == sorted(titles)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    table = saved.value.path().read_text("utf-8-sig").splitlines()
    rows = list(csv.DictReader(table, delimiter=";"))
    assert [row["titre"] for row in rows] == titles  # in the order that the page shows
