/* An opinion sent without leaving the page; without this script, the form leads to /avis. */
'use strict';
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('.opinion')) return;
  event.preventDefault();
  if (form.ariaBusy === 'true') return; // a second press
  form.ariaBusy = 'true';
  form.querySelector('[role=status]')?.remove();
  const given = new FormData(form);
  const useful = event.submitter.value === 'true';
  const told = document.createElement('p');
  told.className = 'meta';
  told.tabIndex = -1;
  told.setAttribute('role', 'status');
  try {
    const answer = await fetch('/v1/feedback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        about: given.get('about'),
        question: given.get('question'),
        useful,
        generation: Number(given.get('generation')),
        parameters: given.get('parameters'),
        cited: given.getAll('cited'),
      }),
    });
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(), { detail: said.detail });
    const link = document.createElement('a');
    link.href = `/avis/${said.id}`;
    link.textContent = useful ? 'Ajouter un mot ou retirer l’avis' : 'Dire pourquoi ou retirer l’avis';
    told.append('Merci, c’est noté. ', link);
    form.replaceWith(told);
  } catch (error) {
    const why = error.detail ?? 'le service ne répond pas, réessayez dans un instant.';
    told.textContent = `L’avis n’a pas été gardé\u00a0: ${why}`;
    form.append(told);
    form.ariaBusy = 'false';
  }
  told.focus();
});
