/* The estimate of a run that has not started follows what is ticked. Without this script a button asks for it anew. */
(() => {
  'use strict';

  /** After the last of several clicks. */
  const PAUSE = 400;

  const form = document.querySelector('[data-run-choices]');
  const place = (name, root = document) => root.querySelector(`[data-run="${name}"]`);
  if (!form || !place('again')) return;

  let timer = 0;
  let asked = 0;

  /** What stands there is of the choice before: it may be read, but not taken for the new one. */
  function age(isOld) {
    place('estimate').toggleAttribute('data-old', isOld);
  }

  function refuse(message) {
    place('refused').textContent = message;
    place('refused').hidden = !message;
  }

  function renew(page) {
    ['estimate', 'starts'].forEach((name) => {
      const next = place(name, page);
      if (next) place(name).replaceChildren(...document.adoptNode(next).childNodes);
    });
  }

  async function estimate() {
    asked += 1;
    const mine = asked;
    const body = new FormData(form);
    const chosen = await fetch(form.dataset.runChoices, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (mine !== asked) return;
    const { message } = await chosen.json();
    refuse(message || '');
    if (!chosen.ok) return;
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine !== asked) return;
    renew(page);
    age(false);
  }

  form.addEventListener('change', (event) => {
    if (!event.target.matches('[type=checkbox], [type=radio]')) return;
    age(true);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      estimate().catch(() => {
        // Offline, or signed out: the button asks in the ordinary way and says what is wrong.
        place('again').hidden = false;
      });
    }, PAUSE);
  });

  place('again').hidden = true;
})();
