"""Saved pages in the manner of town halls' sites: the act is read, what surrounds it is not."""

import pytest

from corpus.readers import read_blocks

ACT = """<h1>Convention de gestion de la halle</h1>
<p>Signée le 4 avril 2022.</p>
<div><div class="texte"><div><h2 id="partage-des-donnees">Partage des données</h2>
<p>La régie transmet les relevés au <a href="/sig">service des données</a> chaque mois.</p>
<p><a href="/a">Annexe financière</a></p>
<ul><li>les compteurs ;</li><li>les <b>plans</b></li></ul></div></div></div>
<table class="table"><thead><tr><th>Année</th><th>Part</th></tr></thead>
<tbody><tr><td>2022</td><td>1 200 €</td></tr><tr><td>2023</td><td>900 €</td></tr></tbody></table>
<details><summary>Conditions de retrait</summary><p>Le retrait prend effet en janvier.</p></details>
<p>Fait en double.</p>"""
READ = [
    "Convention de gestion de la halle",
    "Signée le 4 avril 2022.",
    "Partage des données",
    "La régie transmet les relevés au service des données chaque mois.",
    "Annexe financière",
    "- les compteurs ;\n- les plans",
    "Année : 2022 | Part : 1 200 €\nAnnée : 2023 | Part : 900 €",
    "Conditions de retrait",
    "Le retrait prend effet en janvier.",
    "Fait en double.",
]
MENU = '<li><a href="/">Accueil</a></li><li><a href="/m">Mairie</a></li><li><a href="/v">Vivre</a>'

BLOG = f"""<body class="single has-sidebar"><a class="skip-link" href="#c">Aller au contenu</a>
<div id="page"><header id="masthead"><div class="site-branding"><p>Ville de Sarnoy</p></div>
<div class="main-navigation"><ul id="primary-menu">{MENU}</ul></div></header>
<div class="breadcrumbs">Accueil › Actes</div>
<div id="content" class="site-content"><div class="entry-content">{ACT}
<div class="sharedaddy sd-sharing-enabled"><ul><li><a href="f">Facebook</a></li>
<li><a href="x">Courriel</a></li></ul></div></div></div>
<div id="secondary" class="widget-area"><h2>Articles récents</h2><ul><li><a href="1">Le marché</a>
</li><li><a href="2">La fête</a></li><li><a href="3">Les travaux</a></li></ul></div>
<footer><p>Mentions légales</p></footer></div>
<div id="cookie-law-info-bar"><p>Ce site utilise des témoins. <button>Accepter</button></p></div>"""
MAGAZINE = f"""<body><div id="conteneur"><div id="entete"><a href="/">Portail de Sarnoy</a></div>
<div id="menu"><ul>{MENU}</ul></div><div id="hierarchie"><a href="/">Accueil</a> &gt;
<a href="/a">Actes</a> &gt; <a href="/b">Conventions</a></div>
<div id="contenu"><div class="cartouche">{ACT}</div></div>
<div class="menu-langues"><a>Français</a> <a>English</a></div>
<div id="pied"><p>Plan du site</p></div></div>"""
STATE = f"""<body><div class="fr-skiplinks"><ul>{MENU}</ul></div>
<header role="banner">Sarnoy</header>
<main id="main"><nav class="fr-breadcrumb">Vous êtes ici</nav><div class="fr-container">
<div class="fr-share"><p>Partager la page</p></div><div class="fr-grid-row">
<nav class="fr-sidemenu"><ul>{MENU}</ul></nav><div class="fr-col-8"><article>{ACT}</article></div>
</div><div class="fr-follow newsletter">Abonnez-vous</div></div></main>
<footer>Marchés publics</footer>
<div id="tarteaucitronRoot"><div id="tarteaucitronAlertBig">Gestion des témoins</div></div>"""
FRAMES = f"""<body><center><table width="780"><tr><td colspan="2"><img alt=""></td></tr>
<tr><td width="150" class="menu"><a href="1">Accueil</a><br><a href="2">Mairie</a></td>
<td>{ACT}</td></tr><tr><td colspan="2" id="footer">Webmestre</td></tr></table></center>"""
NESTED = f"""<body><div class="csc-default"><div><div><div id="header"><p>Sarnoy</p></div>
<div class="nav-container"><div><ul>{MENU}</ul></div></div></div>
<div class="row"><div class="col"><div class="outils"><a>Imprimer</a> <a>A+</a></div>
<div class="content"><div class="block-share"><span>Partager sur</span> <a>Facebook</a></div>
<div>{ACT}</div></div><div class="haut-de-page"><a href="#">Haut de page</a></div></div></div>
<div style="display: none">Fenêtre</div><div class="popup">Enquête en cours</div>
<div id="cookieConsent" class="bandeau-cookies">En poursuivant</div></div></div>"""

COLUMNS = f"""<body class="page-template nav-open"><div id="wrap"><div id="top-bar"><a>Compte</a>
</div><div class="logo"><a href="/">Le Plateau</a></div><div class="mainmenu-wrapper">
<ul class="level-1"><li><a>La communauté</a><ul>{MENU}</li></ul></li></ul></div>
<div class="ariane"><span>Vous êtes ici : </span><a>Accueil</a></div><div class="column-main">{ACT}
<div class="tools-share"><ul><li><a>Facebook</a></li><li><a>Courriel</a></li><li><a>Lien</a></li>
</ul></div></div><div class="column-right"><div class="bloc-acces-rapides"><h2>Accès rapides</h2>
<ul>{MENU}</li></ul></div></div><div class="bottom-links"><ul>{MENU}</li></ul></div>
<div id="sliding-popup" class="eu-cookie-compliance-banner"><p>Des témoins</p></div></div>"""


@pytest.mark.parametrize(
    "page",
    [BLOG, MAGAZINE, STATE, FRAMES, NESTED, COLUMNS],
    ids=["blog", "magazine", "state", "frames", "nested", "columns"],
)
def test_the_act_is_read_whole_and_nothing_else(page: str) -> None:
    blocks, _ = read_blocks("acte.html", page.encode())
    assert [block.text for block in blocks] == READ
    assert [(b.level, b.text) for b in blocks if b.level] == [(1, READ[0]), (2, READ[2])]
