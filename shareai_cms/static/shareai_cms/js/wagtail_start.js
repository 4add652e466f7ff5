/* What opens beside or above Wagtail's forms, or again after a way elsewhere, and is loaded when it does. */
(() => {
  'use strict';

  const { shareai } = window;

  /** The panel at the side of the editor loads nothing until it is shown; it may be open from the last time. */
  const side = document.querySelector('[data-side-panel="shareai"]');
  let sideLoading = null;
  const openSide = () => {
    if (side.hidden) return;
    sideLoading ||= shareai
      .loadPanel()
      .then(() => shareai.load(shareai.config.assets.side))
      .catch(() => {
        sideLoading = null;
        side.querySelector('[data-shareai-side]').textContent = shareai.dom.text('not_loaded');
      });
  };
  if (side) {
    side.addEventListener('show', openSide);
    openSide();
  }

  /** Only what a person did: scripts that fill a form say so too. */
  shareai.form.addEventListener('input', ({ isTrusted }) => {
    shareai.isTouched ||= isTrusted;
  });

  /** Something was refused here before somebody left to buy units. */
  try {
    if (sessionStorage.getItem('shareai:refused')) shareai.load(shareai.config.assets.back);
  } catch {
    // A browser may keep its storage to itself.
  }

  /** A chooser opens as a child of the body; only that of images asks for a text. */
  const openings = new MutationObserver(async () => {
    const modal = document.querySelector('body > .modal');
    if (!modal || modal.dataset.shareai || !shareai.config.images) return;
    modal.dataset.shareai = 'watched';
    if (!shareai.images) await shareai.load(shareai.config.assets.images);
    shareai.images.watch(modal);
  });
  openings.observe(document.body, { childList: true });
})();
