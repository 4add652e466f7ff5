/* Units that were bought elsewhere: a page that has few asks for them when somebody comes back to it, and
 * for a while again and again after somebody went to buy. */
(() => {
  'use strict';

  const { shareai } = window;
  const { announce, text } = shareai.dom;

  /** Between two questions, in milliseconds; and how long a payment is waited for. */
  const PAUSE = 3_000;
  const LONGEST = 15 * 60_000;

  let lastAsked = 0;
  let waitsUntil = 0;
  let timer = null;

  const left = () => shareai.config.allowance?.left ?? Infinity;

  /** Whether too few are left for some action, or a tenth and less. */
  function isScarce() {
    const { allowance, actions } = shareai.config;
    if (!allowance) return false;
    const routes = Object.values(actions).flatMap((action) => action.routes);
    return allowance.left <= allowance.total / 10 || routes.some(({ units }) => allowance.left < units);
  }

  async function ask() {
    const before = left();
    lastAsked = Date.now();
    await shareai.refreshConfig({ isForced: true });
    if (left() === before) return;
    const hasArrived = left() > before;
    document.dispatchEvent(new CustomEvent('shareai:usage', { detail: { hasArrived } }));
    if (hasArrived) announce(text('arrived', { units: shareai.config.allowance?.text ?? '' }));
  }

  function schedule() {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, Math.max(0, lastAsked + PAUSE - Date.now()));
  }

  async function look() {
    if (document.visibilityState !== 'visible' || !isScarce()) return;
    if (Date.now() - lastAsked >= PAUSE) await ask();
    else waitsUntil = Math.max(waitsUntil, lastAsked + PAUSE);
    if (Date.now() <= waitsUntil) schedule();
  }

  /** Somebody went to buy: what they pay may arrive a while after they are back. */
  function expect() {
    waitsUntil = Date.now() + LONGEST;
    schedule();
  }

  document.addEventListener('visibilitychange', look);
  window.addEventListener('focus', look);

  shareai.refill = { expect };
})();
