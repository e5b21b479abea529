/* La boîte de recherche d'Entente : <entente-recherche src="https://hôte">, et le champ de la page
   de recherche. Ce fichier est servi tel quel ; voir /integration. */
(() => {
  'use strict';

  const PAUSE = 120; // ms without a key before anything is asked
  const SHORTEST = 2; // characters
  const PATIENCE = 8000; // ms
  const LIKELY = 0.2; // the search always finds something; below, it is no answer
  const AROUND = 140; // characters shown of a passage
  const KINDS = { acronym: 'sigle', party: 'partie', question: 'question', document: 'document' };

  // All of the pop-up; the page of the service adopts it too.
  const POPUP = `
.entente-volet { position: absolute; z-index: 1000; inset-inline: 0; top: 100%; margin-top: .25em;
  box-sizing: border-box; text-align: start; color: var(--_encre); background: var(--_papier);
  border: 1px solid var(--_trait); border-radius: var(--_arrondi);
  box-shadow: 0 .5em 1.5em rgb(0 0 0 / .2); overflow-wrap: anywhere; }
.entente-volet[hidden] { display: none; }
.entente-liste { display: block; position: relative; max-height: min(30em, 65vh); overflow: auto;
  overscroll-behavior: contain; }
.entente-liste[hidden], .entente-message[hidden] { display: none; }
.entente-groupe { display: block; padding: .25em 0; }
.entente-groupe + .entente-groupe, .entente-liste + .entente-message { border-top: 1px solid var(--_trait); }
.entente-titre { display: block; padding: .5em .75em .25em 1.15em; font-size: .85em; font-weight: 700;
  color: var(--_discret); }
.entente-choix { display: block; padding: .4em .75em .4em .7em; min-height: 24px; box-sizing: border-box;
  color: var(--_encre); text-decoration: none; cursor: pointer;
  border-inline-start: 4px solid transparent; }
.entente-choix[aria-selected=true] { background: var(--_survol);
  border-inline-start-color: var(--_accent); }
.entente-choix:hover { background: var(--_survol); }
.entente-nom { display: block; font-weight: 600; }
.entente-choix[data-nature] .entente-nom { font-weight: 400; }
.entente-note { display: block; font-size: .9em; color: var(--_discret); }
.entente-extrait { display: block; font-size: .9em; }
.entente-volet mark { color: inherit; background: var(--_surligne); border-radius: .15em; }
.entente-message { display: block; margin: 0; padding: .5em 1.1em; }
.entente-annonce { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  .entente-volet { border-color: CanvasText; }
  .entente-choix[aria-selected=true] { outline: 2px solid Highlight; outline-offset: -2px; }
  .entente-volet mark { background: Mark; color: MarkText; }
}`;

  const THEME = `
  --_encre: var(--entente-encre, light-dark(#1b1f24, #e4e7ea));
  --_discret: var(--entente-discret, light-dark(#52606d, #a9b4c0));
  --_papier: var(--entente-papier, light-dark(#ffffff, #15181c));
  --_survol: var(--entente-survol, light-dark(#eaf1f7, #26313c));
  --_trait: var(--entente-trait, light-dark(#d5dbe1, #3a424b));
  --_bord: var(--entente-bord, light-dark(#52606d, #a9b4c0));
  --_accent: var(--entente-accent, light-dark(#0b4f8a, #8cc2f0));
  --_surligne: var(--entente-surligne, light-dark(#fff0bf, #4d4015));
  --_arrondi: var(--entente-arrondi, .375em);`;

  // Nothing of the host gets in but its colour scheme: the wrapper starts from initial values.
  const ELEMENT = `
:host { display: block !important; }
:host([hidden]) { display: none !important; }
.entente-boite { all: initial; display: block; box-sizing: border-box; direction: ltr;
  color-scheme: var(--entente-schema, inherit); ${THEME}
  font: var(--entente-police, max(1rem, 16px)/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif);
  color: var(--_encre); }
form { display: block; position: relative; margin: 0; }
label { display: block; margin-bottom: .25em; font-size: .95em; }
.entente-ligne { display: flex; flex-wrap: wrap; gap: .5em; }
input, button { font: inherit; box-sizing: border-box; margin: 0; padding: .5em .75em;
  min-height: 2.75em; border-radius: var(--_arrondi); }
input { flex: 1 1 12em; min-width: 0; color: var(--_encre); background: var(--_papier);
  border: 1px solid var(--_bord); }
button { color: var(--_papier); background: var(--_accent); border: 1px solid var(--_accent);
  cursor: pointer; }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
`;

  function sheet(css) {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  }

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children); // texts become text nodes
    return node;
  }

  /** An address on the web, or null: `javascript:` and the like lead nowhere. */
  function web(address, base) {
    try {
      const url = new URL(address, base);
      return ['http:', 'https:'].includes(url.protocol) ? url : null;
    } catch {
      return null;
    }
  }

  const plural = (n, word) => `${n}\u00a0${word}${n > 1 ? 's' : ''}`;
  const lines = (text) => text.replace(/\s+/g, ' ');

  /** The part of a passage around its first highlight; places are code points. */
  function excerpt(passage) {
    const points = [...passage.text];
    const spans = passage.highlights;
    let start = spans.length ? Math.max(0, spans[0].start - 50) : 0;
    while (start > 0 && points[start - 1].trim()) start--;
    let end = Math.min(points.length, start + AROUND);
    if (end < points.length) while (end > start + AROUND / 2 && points[end].trim()) end--;
    const shown = make('span', { class: 'entente-extrait' }, start ? '… ' : '');
    let at = start;
    for (const span of spans) {
      if (span.start < at || span.end > end) continue;
      shown.append(
        lines(points.slice(at, span.start).join('')),
        make('mark', {}, points.slice(span.start, span.end).join('')),
      );
      at = span.end;
    }
    shown.append(lines(points.slice(at, end).join('')), end < points.length ? '\u00a0…' : '');
    return shown;
  }

  /** An editable combobox with a list that pops up (ARIA 1.2), on a field of a form. */
  class Combobox {
    /** `narrowed`: parameters of every address; `results`: whether documents are found as well. */
    constructor(input, { base, narrowed = [], results = false, place }) {
      Object.assign(this, { input, base, narrowed, results });
      this.active = -1;
      this.options = [];
      const id = `${input.id}-liste`;
      this.list = make('div', { class: 'entente-liste', role: 'listbox', id, 'aria-label': 'Propositions' });
      this.message = make('p', { class: 'entente-message entente-note' });
      this.popup = make('div', { class: 'entente-volet', hidden: '' }, this.list, this.message);
      this.status = make('p', { class: 'entente-annonce', role: 'status' });
      input.addEventListener('focus', () => place.append(this.popup, this.status), { once: true });
      for (const [name, value] of Object.entries({
        role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
        'aria-controls': id, autocomplete: 'off', spellcheck: 'false',
      })) input.setAttribute(name, value);
      input.addEventListener('input', (event) => event.isComposing || this.wait());
      input.addEventListener('compositionend', () => this.wait());
      input.addEventListener('keydown', (event) => this.press(event));
      input.addEventListener('blur', () => this.close());
      input.form.addEventListener('submit', () => this.close());
      this.popup.addEventListener('pointerdown', (event) => event.preventDefault()); // keeps focus
      this.popup.addEventListener('mousedown', (event) => event.preventDefault());
    }

    wait() {
      this.forget();
      const typed = this.input.value.trim();
      if (typed.length < SHORTEST) return this.close();
      this.timer = setTimeout(() => this.ask(typed), PAUSE);
    }

    /** What was asked before is answered no more. */
    forget() {
      clearTimeout(this.timer);
      this.asked?.abort();
      this.asked = null;
    }

    async ask(typed) {
      const asked = (this.asked = new AbortController());
      const late = setTimeout(() => asked.abort('late'), PATIENCE);
      const [suggested, found] = await Promise.allSettled([
        this.fetch('/v1/suggestions', { q: typed, limit: this.results ? 3 : 8 }, asked.signal),
        this.results && this.fetch('/v1/search', { q: typed, limit: 5 }, asked.signal),
      ]);
      clearTimeout(late);
      if (this.asked !== asked) return; // an older question: its answer is dropped
      try {
        const fault = [found, suggested].find((one) => one.reason);
        const needed = this.results ? found : suggested;
        if (needed.reason) throw fault.reason;
        const hits = (found.value?.hits ?? []).filter((hit) => hit.relevance >= LIKELY);
        const named = new Set(hits.map((hit) => hit.document.id)); // once is enough
        const others = (suggested.value?.suggestions ?? [])
          .filter((one) => one.source !== 'document' || !named.has(one.document));
        this.show(typed, others, hits);
      } catch (error) {
        this.fail(error);
      }
    }

    async fetch(path, parameters, signal) {
      const url = new URL(path, this.base);
      url.search = new URLSearchParams([...Object.entries(parameters), ...this.narrowed]);
      const answer = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
      if (answer.ok) return answer.json();
      throw Object.assign(new Error(path), { status: answer.status });
    }

    show(typed, suggestions, hits) {
      this.options = [];
      const groups = [
        this.group('Suggestions', suggestions.map((one) => this.suggestion(one))),
        this.group('Documents', hits.map((hit) => this.hit(hit))),
      ].filter(Boolean);
      if (!groups.length && !this.results) return this.close();
      const told = [];
      if (suggestions.length) told.push(plural(suggestions.length, 'suggestion'));
      if (hits.length) told.push(plural(hits.length, 'document'));
      const none = `Aucun document proche de «\u00a0${typed.slice(0, 80)}\u00a0»\u00a0: essayez d’autres mots, ou moins de mots.`;
      const more = this.results ? 'Entrée\u00a0: la réponse et tous les documents.' : '';
      this.open(groups, groups.length ? more : none, groups.length ? `${told.join(', ')}. Flèches pour choisir.` : none);
    }

    fail(error) {
      const status = error?.status;
      const why = status === 503
        ? 'Trop de questions à la fois\u00a0: réessayez dans un instant.'
        : status === 422
          ? 'La boîte est mal réglée, ou la question ne peut être lue (attributs «\u00a0site\u00a0» et «\u00a0dossiers\u00a0»).'
          : 'Le service de recherche ne répond pas, ou n’admet pas cette page (voyez /integration).';
      const told = `${why} La touche Entrée ouvre la page de recherche.`;
      this.options = [];
      if (this.results) this.open([], told, told);
      else this.close();
    }

    open(groups, message, told) {
      this.list.replaceChildren(...groups);
      this.list.hidden = !groups.length;
      this.message.textContent = message;
      this.message.hidden = !message;
      this.popup.hidden = false;
      this.list.scrollTop = 0;
      this.input.setAttribute('aria-expanded', String(groups.length > 0));
      this.choose(-1);
      this.status.textContent = told;
    }

    close() {
      this.forget();
      this.popup.hidden = true;
      this.status.textContent = '';
      this.input.setAttribute('aria-expanded', 'false');
      this.choose(-1);
    }

    group(title, options) {
      const kept = options.filter(Boolean);
      if (!kept.length) return null;
      const id = `${this.list.id}-${title.toLowerCase()}`;
      return make('div', { class: 'entente-groupe', role: 'group', 'aria-labelledby': id },
        make('span', { class: 'entente-titre', id, role: 'presentation' }, title), ...kept);
    }

    option(address, ...children) {
      const url = web(address, this.base);
      if (!url) return null;
      if (url.pathname === '/recherche') for (const pair of this.narrowed) url.searchParams.append(...pair);
      const id = `${this.list.id}-${this.options.length}`;
      const link = make('a', {
        class: 'entente-choix', role: 'option', id, href: url.href, tabindex: '-1', 'aria-selected': 'false',
      }, ...children);
      this.options.push(link);
      return link;
    }

    suggestion(one) {
      const option = this.option(one.view, make('span', { class: 'entente-nom' }, one.text), ' ',
        make('span', { class: 'entente-note' }, [KINDS[one.source], one.about].filter(Boolean).join(one.source === 'document' ? ' n°\u00a0' : '\u00a0: ')));
      option?.setAttribute('data-nature', one.source);
      return option;
    }

    hit(hit) {
      const { title, path, type, number, date, status } = hit.document;
      const facts = [type, number && `n°\u00a0${number}`,
        date && new Date(`${date}T12:00`).toLocaleDateString('fr-FR', { dateStyle: 'long' }), status];
      return this.option(hit.passages[0].view, make('span', { class: 'entente-nom' }, title || path), ' ',
        make('span', { class: 'entente-note' }, facts.filter(Boolean).join(' · ')), ' ', excerpt(hit.passages[0]));
    }

    /** Mark an option; -1 is the field itself. */
    choose(place) {
      this.options[this.active]?.setAttribute('aria-selected', 'false');
      this.active = place;
      const option = this.options[place];
      if (!option) return this.input.removeAttribute('aria-activedescendant');
      option.setAttribute('aria-selected', 'true');
      option.scrollIntoView({ block: 'nearest' });
      return this.input.setAttribute('aria-activedescendant', option.id);
    }

    press(event) {
      if (event.isComposing) return;
      const { key, altKey } = event;
      const open = !this.popup.hidden;
      const [count, at] = [this.options.length, this.active];
      const step = { ArrowDown: at + 1 < count ? at + 1 : -1, ArrowUp: at < 0 ? count - 1 : at - 1 }[key];
      const edge = at < 0 ? undefined : { Home: 0, End: count - 1 }[key];
      if (step !== undefined && !open && key === 'ArrowDown') {
        event.preventDefault();
        this.wait();
      } else if (open && step !== undefined) {
        event.preventDefault();
        if (altKey && key === 'ArrowUp') this.close();
        else this.choose(step);
      } else if (open && edge !== undefined && !event.shiftKey) {
        event.preventDefault();
        this.choose(edge);
      } else if (open && key === 'Escape') {
        event.preventDefault(); // the question stays
        event.stopPropagation();
        this.close();
      } else if (key === 'Enter') {
        this.enter(event);
      }
    }

    /** Open what is marked, or the results; with Ctrl, Shift or Cmd elsewhere, as for a link. */
    enter(event) {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
      const option = this.options[this.active];
      if (!option && !elsewhere) return; // the form is sent
      event.preventDefault();
      if (option && !elsewhere) return option.click();
      const { form } = this.input;
      const sent = web(form.action, this.base);
      if (sent) sent.search = new URLSearchParams(new FormData(form));
      const url = option ? option.href : sent?.href;
      if (url) window.open(url, '_blank', 'noopener');
    }
  }

  const sheets = {};
  const popupSheet = () => (sheets.popup ??= sheet(POPUP));

  class EntenteRecherche extends HTMLElement {
    static observedAttributes = ['src', 'site', 'dossiers', 'etiquette', 'raccourci'];

    connectedCallback() {
      this.build();
    }

    disconnectedCallback() {
      this.box?.close();
      document.removeEventListener('keydown', this.hear);
    }

    attributeChangedCallback() {
      if (this.shadowRoot) this.build();
    }

    build() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open', delegatesFocus: true });
      document.removeEventListener('keydown', this.hear);
      this.box?.close();
      const src = this.getAttribute('src');
      const base = src === null ? null : web(src || '/', location.href);
      if (!base) { // what the page says without scripts
        root.replaceChildren(make('slot'));
        console.error(`entente-recherche : src = « ${src} » n'est pas une adresse http ou https.`);
        return;
      }
      root.adoptedStyleSheets = [(sheets.element ??= sheet(ELEMENT)), popupSheet()];
      const narrowed = [
        ...(this.getAttribute('site') ? [['site', this.getAttribute('site')]] : []),
        ...(this.getAttribute('dossiers') ?? '').split(';').map((one) => one.trim()).filter(Boolean)
          .map((folder) => ['folder', folder]),
      ];
      const input = make('input', { id: 'q', name: 'q', type: 'search', maxlength: '2000', enterkeyhint: 'search' });
      const form = make('form', { action: new URL('/recherche', base).href, method: 'get', role: 'search' },
        make('label', { for: 'q' }, this.getAttribute('etiquette') || 'Rechercher dans les documents'),
        make('div', { class: 'entente-ligne' }, input, make('button', { type: 'submit' }, 'Rechercher')),
        ...narrowed.map(([name, value]) => make('input', { type: 'hidden', name, value })));
      root.replaceChildren(make('div', { class: 'entente-boite', lang: 'fr' }, form));
      this.box = new Combobox(input, { base, narrowed, results: true, place: form });
      this.listen(input);
    }

    /** The shortcut, always with Ctrl or Cmd: one key alone would be in the way of dictation. */
    listen(input) {
      if (!this.hasAttribute('raccourci')) return;
      const key = (this.getAttribute('raccourci') || 'k').slice(0, 1).toLowerCase();
      input.setAttribute('aria-keyshortcuts', `Control+${key.toUpperCase()}`);
      this.hear = (event) => {
        if (event.key?.toLowerCase() !== key || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
        event.preventDefault();
        input.focus();
        input.select();
      };
      document.addEventListener('keydown', this.hear);
    }
  }

  if (!customElements.get('entente-recherche')) customElements.define('entente-recherche', EntenteRecherche);

  for (const input of document.querySelectorAll('input[data-suggestions]')) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, popupSheet()];
    input.parentElement.classList.add('entente-boite');
    new Combobox(input, { base: location.href, place: input.parentElement });
  }
})();
