/* A run that moves: its page shows how far it is without being loaded again; what belongs to another state, such as
 * its buttons, takes the place of the old without moving the focus. Without this script the page is right whenever it
 * is loaded. */
(() => {
  'use strict';

  const EVERY = 2000;
  /** Until somebody has bought more, perhaps in another tab. */
  const SLOWLY = 10000;

  const place = (name) => document.querySelector(`[data-run="${name}"]`);
  const box = () => document.querySelector('[data-run-status]');
  const page = () => place('page');
  const figures = () => [...document.querySelectorAll('[data-run-count]')];

  if (!box()?.dataset.moves) return;

  const say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const lines = (tag, texts) =>
    texts.map((text) => Object.assign(document.createElement(tag), { textContent: text }));

  const shownReasons = () => [...(place('reasons')?.children ?? [])].map((item) => item.textContent);
  const standing = (headline, reasons) => [headline, ...reasons].join('\n');

  let spoken = standing(place('headline').textContent, shownReasons());

  /** What a screen reader is told: how the run stands, whenever that is another state or reason, and nothing between. */
  function speak({ headline, progress, reasons, review }) {
    if (spoken === standing(headline, reasons)) return;
    spoken = standing(headline, reasons);
    place('spoken')?.replaceChildren(...lines('p', [headline, progress, ...reasons, review]));
  }

  function showReasons(reasons) {
    const list = place('reasons');
    if (!list) return;
    if (standing('', reasons) !== standing('', shownReasons())) list.replaceChildren(...lines('li', reasons));
    list.hidden = !reasons.length;
  }

  function show(told) {
    ['headline', 'progress', 'time_left', 'units', 'review'].forEach((name) => say(place(name), told[name]));
    const bar = place('bar');
    if (bar) {
      bar.max = told.total;
      bar.value = told.closed;
    }
    figures().forEach((figure) => {
      say(figure.querySelector('dd'), told.counts[figure.dataset.runCount]);
      figure.hidden = told.hidden.includes(figure.dataset.runCount);
    });
    showReasons(told.reasons);
    speak(told);
  }

  /** Whether the page would look otherwise: another state has other buttons, and what failed has one. */
  function isOutdated(told) {
    const hasFailed = !told.hidden.includes('failed');
    return told.state !== box().dataset.state || !told.moves || hasFailed !== Boolean(box().dataset.failed);
  }

  /** The same button or link on the page as it is now, else the words that say how the run stands. */
  function refocus(old) {
    const [address, tag] = old.form ? [old.form.action, 'button'] : [old.href, 'a'];
    const next = [...page().querySelectorAll(tag)].find((each) => (each.form?.action ?? each.href) === address);
    (next || place('headline')).focus({ preventScroll: true });
  }

  async function renewPage() {
    const answer = await fetch(window.location.href);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-run="page"]');
    if (!next) return; // signed out: the next time may be better
    const focused = page().contains(document.activeElement) ? document.activeElement : null;
    page().replaceWith(document.adoptNode(next));
    if (focused) refocus(focused);
  }

  async function look() {
    const answer = await fetch(box().dataset.runStatus, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const told = await answer.json();
    show(told);
    if (isOutdated(told)) await renewPage();
  }

  async function wait() {
    // A tab that nobody looks at asks nothing.
    if (!document.hidden) {
      try {
        await look();
      } catch {
        // offline, or signed out: the next time may be better
      }
    }
    const { moves, state } = box().dataset;
    if (moves) window.setTimeout(wait, state === 'out' ? SLOWLY : EVERY);
  }

  window.setTimeout(wait, EVERY / 2);
})();
