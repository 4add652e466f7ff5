/* Back from buying: the panel that had no units opens again, with the action that was refused ready to
 * click. It never runs by itself. */
(() => {
  'use strict';

  const { shareai } = window;
  const { announce } = shareai.dom;

  const KEY = 'shareai:refused';
  /** Who comes back later than this has something else in mind. */
  const LONGEST = 2 * 60 * 60 * 1000;
  /** Editors are mounted one after the other; in milliseconds. */
  const MOST_WAITING = 10_000;
  const PAUSE = 200;

  const wait = () => new Promise((resolve) => window.setTimeout(resolve, PAUSE));

  /** What was refused at this form, once. */
  function take() {
    const refused = JSON.parse(sessionStorage.getItem(KEY));
    const isOver = Date.now() - refused.at > LONGEST;
    const isHere = refused.path === window.location.pathname;
    if (isOver || isHere) sessionStorage.removeItem(KEY);
    return isHere && !isOver ? refused : null;
  }

  const isReady = (wrapper) =>
    wrapper && window.wagtail.app.getControllerForElementAndIdentifier(wrapper, 'shareai-field');

  async function wrapperOf(field) {
    for (let waited = 0; waited < MOST_WAITING; waited += PAUSE) {
      const wrapper = shareai.opening.find(field);
      if (isReady(wrapper)) return wrapper;
      await wait();
    }
    return null;
  }

  async function reopen({ field, slug, route }) {
    await shareai.loadPanel();
    const wrapper = await wrapperOf(field);
    if (!wrapper) return;
    const panel = await shareai.opening.open(wrapper);
    const named = `[data-shareai-panel-slug-param="${slug}"]`;
    const wanted =
      panel.querySelector(`${named}[data-shareai-panel-route-param="${route}"]:enabled`) ||
      panel.querySelector(`.shareai-action${named}:enabled`);
    wanted?.focus();
    announce(shareai.config.allowance?.text || '');
    // A payment may still be on its way.
    shareai.refill.expect();
  }

  const refused = take();
  if (refused) reopen(refused);
})();
