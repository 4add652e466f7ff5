/* Small tools for building the interface: elements, icons, texts, announcements. */
(() => {
  'use strict';

  const { shareai } = window;
  const { icon } = shareai.host;

  /** An element with attributes and children. Strings become text, so model output is never parsed. */
  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, '');
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return element;
  }

  /** A sentence of the server's catalogue, its `%(name)s` filled in. */
  function text(key, values = {}) {
    const sentence = shareai.config.strings[key] ?? key;
    return sentence.replace(/%\((\w+)\)s/g, (match, name) => values[name] ?? match);
  }

  const live = el('div', { class: 'w-sr-only', role: 'status', 'aria-live': 'polite' });
  document.body.append(live);

  /** Tells people who use a screen reader, once and politely. */
  function announce(sentence) {
    live.textContent = '';
    // The same sentence twice is only read when the region was empty in between.
    window.setTimeout(() => {
      live.textContent = sentence;
    }, 50);
  }

  /** Puts text on the clipboard; pages without TLS have no clipboard API. */
  async function copy(value) {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      const area = el('textarea', { class: 'w-sr-only', 'aria-hidden': 'true' });
      const focused = document.activeElement;
      area.value = value;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
      focused?.focus();
    }
  }

  /** What undoes on this computer. */
  function undoKeys() {
    return /mac|iphone|ipad/i.test(navigator.platform) ? '⌘Z' : 'Ctrl+Z';
  }

  shareai.dom = { el, icon, text, announce, copy, undoKeys };
})();
