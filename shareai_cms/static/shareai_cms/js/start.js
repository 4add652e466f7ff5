/* Gives every field of the form its button, also those that are added later. */
(() => {
  'use strict';

  const { shareai } = window;

  /** Units left, as the server said last; every panel on the page follows. Products are counted by themselves. */
  shareai.setAllowance = (allowance) => {
    const { allowance: known, also = [] } = shareai.config;
    const index = also.findIndex(({ meter }) => meter === allowance.meter);
    if (index >= 0) also[index] = allowance;
    else if (!known || known.meter === allowance.meter) shareai.config.allowance = allowance;
    document.dispatchEvent(new CustomEvent('shareai:usage'));
  };

  /** A new page gets an id, and with it another address, when Wagtail saves it for the first time. */
  shareai.refreshConfig = async ({ isForced = false } = {}) => {
    const path = window.location.pathname;
    if (path === shareai.path && !isForced) return;
    const config = await shareai.fetchConfig().catch(() => ({}));
    if (!config.can_use) return;
    Object.assign(shareai, { config, path });
  };

  /** What only an open panel needs is fetched when somebody is about to open one. */
  let loading = null;
  shareai.loadPanel = () => {
    loading ||= shareai.load(shareai.config.assets.panel).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };

  const ACTIONS =
    'shareai-panel:close->shareai-field#close shareai-panel:state->shareai-field#follow ' +
    'shareai-panel:told->shareai-field#tell input->shareai-field#forget';

  const addToken = (element, name, token) => {
    const tokens = element.getAttribute(name) || '';
    if (!tokens.includes(token)) element.setAttribute(name, `${tokens} ${token}`.trim());
  };

  /** Gives the field in this wrapper its button. */
  shareai.attach = (wrapper) => {
    addToken(wrapper, 'data-action', ACTIONS);
    addToken(wrapper, 'data-controller', 'shareai-field');
  };

  function attach() {
    for (const [wrapper] of shareai.fields.all()) shareai.attach(wrapper);
  }

  const { added } = shareai.host;
  const isField = (node) => node.matches?.(added) || node.querySelector?.(added);
  const hasField = ({ addedNodes }) => Array.from(addedNodes).some(isField);

  let isScheduled = false;
  const observer = new MutationObserver((records) => {
    if (isScheduled || !records.some(hasField)) return;
    isScheduled = true;
    // Editors are mounted right after their markup was inserted.
    window.requestAnimationFrame(() => {
      isScheduled = false;
      attach();
    });
  });

  observer.observe(shareai.form, { childList: true, subtree: true });
  attach();
})();
