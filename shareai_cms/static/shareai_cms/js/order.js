/* The page of an order that is not through yet: it asks how the order stands and says so, and shows the
 * whole page again once that is final. Without this script a link does the same. */
(() => {
  'use strict';

  const EVERY = 2000;
  const LONGEST = 120000;
  const box = document.querySelector('[data-shareai-order]');
  const print = document.querySelector('[data-shareai-print]');

  if (print) {
    print.hidden = false;
    print.addEventListener('click', () => window.print());
  }
  if (!box) return;

  const until = Date.now() + LONGEST;
  const parts = { words: '[data-shareai-words]', sentence: '[data-shareai-sentence]' };

  /** Only what has changed, so that a screen reader speaks only then. */
  function say(told) {
    Object.entries(parts).forEach(([name, selector]) => {
      const part = box.querySelector(selector);
      if (part && told[name] && part.textContent !== told[name]) part.textContent = told[name];
    });
  }

  async function ask() {
    try {
      const answer = await fetch(box.dataset.shareaiOrder, { headers: { Accept: 'application/json' } });
      if (!answer.ok) return false;
      const told = await answer.json();
      say(told);
      // Other buttons belong to another state.
      return told.is_final || told.state !== box.dataset.state;
    } catch {
      return false; // offline, or signed out: the next time may be better
    }
  }

  async function wait() {
    if (await ask()) {
      window.location.replace(box.dataset.page);
    } else if (Date.now() < until) {
      window.setTimeout(wait, EVERY);
    }
  }

  window.setTimeout(wait, EVERY);
})();
