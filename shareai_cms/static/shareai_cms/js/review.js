/* The list of a run's suggestions: a button says how many of an object's values it accepts, the keyboard goes on at the
 * next object, and while a worker writes what was accepted the list says how far it is. Without this script every button
 * does the same, and the list is right whenever it is loaded. */
(() => {
  'use strict';

  const EVERY = 1500;

  const list = () => document.querySelector('[data-review="list"]');
  const writing = document.querySelector('[data-review="writing"]');
  const figure = (number) => number.toLocaleString(document.documentElement.lang || undefined);

  const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_whole, name) => figure(values[name]));

  /** "Accept 1 of 3": what is not ticked is not accepted, and goes off the list with the rest. */
  function label(card) {
    const button = card.querySelector('button[value^="apply:"]');
    const boxes = [...card.querySelectorAll('input[type="checkbox"]')];
    if (!button || !boxes.length) return;
    const values = { ticked: boxes.filter((box) => box.checked).length, total: boxes.length };
    const { some, all, one } = button.form.dataset;
    const text = values.ticked < values.total ? some : all;
    button.textContent = values.total === 1 ? one : filled(text, values);
    button.disabled = !values.ticked;
  }

  const labelAll = () => list().querySelectorAll('article').forEach(label);

  /** What has the focus, by what it is called: its place in the list may be another one now. */
  function focused() {
    const element = document.activeElement;
    if (!list().contains(element)) return '';
    if (element.id) return `#${CSS.escape(element.id)}`;
    const named = ['name', 'value', 'href'].filter((name) => element.hasAttribute(name));
    return named.map((name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`).join('');
  }

  /** The list as it is now, with the boxes that somebody has ticked, and without moving the focus. */
  async function renew() {
    const answer = await fetch(window.location.href);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-review="list"]');
    if (!next) return; // signed out: the next time may be better
    const ticks = new Map();
    list().querySelectorAll('input[type="checkbox"]').forEach((box) => ticks.set(`${box.name} ${box.value}`, box.checked));
    next.querySelectorAll('input[type="checkbox"]').forEach((box) => {
      box.checked = ticks.get(`${box.name} ${box.value}`) ?? box.checked;
    });
    const had = focused();
    list().replaceWith(document.adoptNode(next));
    labelAll();
    if (had) list().querySelector(had)?.focus({ preventScroll: true });
  }

  /** Whether there is more to wait for. */
  async function look() {
    const answer = await fetch(writing.dataset.address, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return true;
    const { busy } = await answer.json();
    const total = Math.max(busy, Number(writing.dataset.total));
    writing.dataset.total = total;
    if (busy) {
      writing.textContent = filled(writing.dataset.text, { done: total - busy, total });
      return true;
    }
    await renew();
    writing.textContent = writing.dataset.done;
    return false;
  }

  async function wait() {
    let isMoving = true;
    // A tab that nobody looks at asks nothing.
    if (!document.hidden) {
      try {
        isMoving = await look();
      } catch {
        // offline, or signed out: the next time may be better
      }
    }
    if (isMoving) window.setTimeout(wait, EVERY);
  }

  document.addEventListener('change', (event) => {
    const card = event.target.closest('[data-review="list"] article');
    if (card) label(card);
  });
  labelAll();
  // After a decision the address names the object to go on with. Not every browser puts the focus there.
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (target) target.focus();
  if (writing) window.setTimeout(wait, EVERY / 3);
})();
