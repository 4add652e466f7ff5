/* A run that moves: its page shows how far it is without being loaded again, and is shown anew once other buttons
 * belong to it. Without this script the page is right whenever it is loaded. */
(() => {
  'use strict';

  const EVERY = 2000;
  const box = document.querySelector('[data-run-status]');
  if (!box || !box.dataset.moves) return;

  const place = (name) => document.querySelector(`[data-run="${name}"]`);

  /** Only what has changed, so that a screen reader speaks only then. */
  function say(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function showReasons(reasons) {
    const list = place('reasons');
    if (!list || list.children.length === reasons.length) return;
    list.replaceChildren(
      ...reasons.map((text) => {
        const item = document.createElement('li');
        item.textContent = text;
        return item;
      }),
    );
    list.hidden = !reasons.length;
  }

  function show(told) {
    ['headline', 'progress', 'time_left', 'units', 'review'].forEach((name) => say(place(name), told[name]));
    const bar = place('bar');
    if (bar) {
      bar.max = told.total;
      bar.value = told.closed;
    }
    Object.entries(told.counts).forEach(([name, number]) => {
      say(document.querySelector(`[data-run-count="${name}"] dd`), number);
    });
    showReasons(told.reasons);
  }

  async function ask() {
    try {
      const answer = await fetch(box.dataset.runStatus, { headers: { Accept: 'application/json' } });
      if (!answer.ok) return false;
      const told = await answer.json();
      show(told);
      return told.state !== box.dataset.state || !told.moves;
    } catch {
      return false; // offline, or signed out: the next time may be better
    }
  }

  async function wait() {
    // A tab that nobody looks at asks nothing.
    if (!document.hidden && (await ask())) window.location.reload();
    else window.setTimeout(wait, EVERY);
  }

  window.setTimeout(wait, EVERY / 2);
})();
