/* The only script of ours that an edit form loads by itself. It asks once what the form offers, and
 * loads the rest only where that is something. */
(() => {
  'use strict';

  const script =
    document.currentScript || document.querySelector('script[data-config-url]');

  const fetchConfig = async () => {
    const url = new URL(script.dataset.configUrl, window.location.href);
    url.searchParams.set('path', window.location.pathname);
    const response = await fetch(url, {
      credentials: 'same-origin',
      headers: { Accept: 'application/json' },
    });
    const type = response.headers.get('Content-Type') || '';
    // An ended session answers with the login page.
    return response.ok && type.includes('json') ? response.json() : {};
  };

  const append = (tag, attributes) =>
    new Promise((onload, onerror) => {
      const element = document.createElement(tag);
      document.head.append(Object.assign(element, attributes, { onload, onerror }));
    });

  // Scripts run in the order given: the files build on each other.
  const load = ({ css, js }) =>
    Promise.all([
      ...css.map((href) => append('link', { rel: 'stylesheet', href })),
      ...js.map((src) => append('script', { src, async: false })),
    ]);

  const start = async () => {
    const form = script && document.querySelector(script.dataset.form);
    if (!form || window.shareai) return;
    const config = await fetchConfig();
    if (!config.can_use) return;
    const path = window.location.pathname;
    window.shareai = { config, form, path, fetchConfig, load };
    await load(config.assets.form);
  };

  // Without AI the form works as before, so a failure here stays silent.
  const run = () => start().catch(() => {});
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run);
  else run();
})();
