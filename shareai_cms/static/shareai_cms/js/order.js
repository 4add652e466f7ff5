/* The page of an order that is not through yet: it asks how the order stands and says so, and shows the
 * whole page again once that is final. Without this script a link does the same. */
(() => {
  'use strict';

  const EVERY = 2000;
  const LONGEST = 120000;
  const SHOWN = 'shareai-order-shown-again';
  const box = document.querySelector('[data-shareai-order]');
  const print = document.querySelector('[data-shareai-print]');

  if (print) {
    print.hidden = false;
    print.addEventListener('click', () => window.print());
  }
  speakAgain();
  if (!box) return;

  const until = Date.now() + LONGEST;
  const parts = { words: '[data-shareai-words]', sentence: '[data-shareai-sentence]' };

  /** After the page was shown again by itself, a screen reader starts with what has changed. */
  function speakAgain() {
    try {
      const isAgain = window.sessionStorage.getItem(SHOWN) === window.location.pathname;
      window.sessionStorage.removeItem(SHOWN);
      if (isAgain) document.querySelector('[data-shareai-words]')?.focus();
    } catch {
      // no storage: nothing is remembered
    }
  }

  function showAgain() {
    try {
      window.sessionStorage.setItem(SHOWN, new URL(box.dataset.page, window.location.href).pathname);
    } catch {
      // as above
    }
    window.location.replace(box.dataset.page);
  }

  /** Whether somebody is writing: a page that is loaded again would lose it. */
  function isWritten() {
    const fields = document.querySelectorAll('.shareai-page input[type="text"], .shareai-page textarea');
    return [...fields].some((field) => field.value.trim() !== '');
  }

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
    if ((await ask()) && !isWritten()) {
      showAgain();
    } else if (Date.now() < until) {
      window.setTimeout(wait, EVERY);
    } else {
      const ended = box.querySelector('[data-shareai-ended]');
      if (ended) ended.hidden = false;
    }
  }

  window.setTimeout(wait, EVERY);
})();
