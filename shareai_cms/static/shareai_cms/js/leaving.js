/* From the editor to the page where units are bought, in the same tab: the draft is saved before, and what
 * was refused is kept for the way back; no content is. */
(() => {
  'use strict';

  const { shareai } = window;

  /** Where the panel stands and what was wanted in it. */
  function remember({ panel, slug = '', route = '' }, path) {
    const wrapper = panel.closest('[data-controller~="shareai-field"]');
    if (!wrapper) return;
    const refused = { path, field: shareai.opening.placeOf(wrapper), slug, route, at: Date.now() };
    try {
      sessionStorage.setItem('shareai:refused', JSON.stringify(refused));
    } catch {
      // Without storage the way back ends at the form.
    }
  }

  /** Saves and goes, unless that is not wanted any more; whether it went. Throws when the draft was not saved. */
  shareai.leave = async (wanted) => {
    await shareai.drafts.save();
    if (!wanted.isWanted()) return false;
    // A page that was new has the address of its own form now.
    const path = window.location.pathname;
    remember(wanted, path);
    const url = new URL(wanted.shop, window.location.href);
    url.searchParams.set('next', path);
    // As when Wagtail's own button saves: there is nothing to warn about.
    shareai.form.setAttribute('data-w-unsaved-confirmation-value', 'false');
    window.location.assign(url);
    return true;
  };

  // By the browser's own way back the page may come as it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload();
  });
})();
