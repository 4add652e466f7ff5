/* What the scripts ask of the admin around them; here, Django's. */
(() => {
  'use strict';

  const { shareai } = window;
  const SVG = 'http://www.w3.org/2000/svg';

  /** Our own drawings, on a square of 16: filled shapes, or lines where the first letter is a bar. Those of the
   * panel come with it. */
  const DRAWINGS = {
    'shareai':
      'M6.5 2.5c.5 3.6 1.9 5 5.5 5.5v1c-3.6.5-5 1.9-5.5 5.5h-1C5 10.9 3.6 9.5 0 9V8c3.6-.5 5-1.9 5.5-5.5z' +
      'M12.9 0c.25 1.850.95 2.550 2.8 2.8v.7c-1.850.25-2.550.95-2.8 2.8h-.7c-.25-1.850-.95-2.550-2.8-2.8v-.7' +
      'c1.850-.25 2.550-.95 2.8-2.8z',
  };

  /** Drawn here and not fetched: files of another origin cannot be used as symbols. */
  function icon(name, className = '') {
    const svg = document.createElementNS(SVG, 'svg');
    const path = document.createElementNS(SVG, 'path');
    const drawing = DRAWINGS[name] || DRAWINGS.shareai;
    const isLine = drawing.startsWith('|');
    svg.setAttribute('class', `icon icon-${name} ${isLine ? 'icon--line' : ''} ${className}`.trim());
    svg.setAttribute('viewBox', '0 0 16 16');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', drawing.replace('|', ''));
    svg.append(path);
    return svg;
  }

  /** The form's own token: the cookie may be hidden from scripts, or kept in the session. */
  function csrf() {
    const { form, config } = shareai;
    return { [config.csrf_header]: form.elements.namedItem('csrfmiddlewaretoken')?.value || '' };
  }

  /** After the input, where Django's own admin has the buttons of related objects. */
  function place(wrapper, button) {
    const [, input] = shareai.fields.all().find(([candidate]) => candidate === wrapper);
    input.after(shareai.dom.el('span', { class: 'shareai-slot' }, button));
  }

  shareai.host = {
    ...shareai.controllers,
    /** What is added to the form together with a field: a row of an inline. */
    added: '.inline-related, tr.form-row',
    drawings: DRAWINGS,
    icon,
    csrf,
    place,
  };
})();
