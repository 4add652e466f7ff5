/* What the editor's scripts ask of the admin around them; here, Wagtail's. */
(() => {
  'use strict';

  const { shareai } = window;
  const SVG = 'http://www.w3.org/2000/svg';

  /** An icon of Wagtail's sprite. */
  function icon(name, className = '') {
    const svg = document.createElementNS(SVG, 'svg');
    const use = document.createElementNS(SVG, 'use');
    svg.setAttribute('class', `icon icon-${name} ${className}`.trim());
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `#icon-${name}`);
    svg.append(use);
    return svg;
  }

  function csrf() {
    const config = window.wagtailConfig || window.wagtail?.config || {};
    return { [config.CSRF_HEADER_NAME || 'X-CSRFToken']: config.CSRF_TOKEN };
  }

  /** The controls of the StreamField block that consists of this field alone. */
  function controls(wrapper) {
    const content = wrapper.parentElement;
    const isAlone = content.matches('[data-streamfield-child] > [data-panel] > .w-panel__content');
    return isAlone ? content.parentElement.querySelector('[data-panel-controls]') : null;
  }

  /** In the row of the field's label; among a block's own buttons where it has some. */
  function place(wrapper, button) {
    const beside = controls(wrapper);
    if (beside) {
      button.className = 'button button--icon text-replace white shareai-icon';
      // There the label is for screen readers alone, and Wagtail's own buttons do without.
      button.lastChild.remove();
      beside.prepend(button);
      return;
    }
    const slot = shareai.dom.el('div', { class: 'shareai-slot' }, button);
    const label = wrapper.querySelector(':scope > .w-field__label');
    if (label) label.after(slot);
    else wrapper.prepend(slot);
  }

  shareai.host = {
    Controller: window.StimulusModule.Controller,
    register: (name, controller) => window.wagtail.app.register(name, controller),
    /** What is added to the form together with a field. */
    added: '[data-field-wrapper], .Draftail-Editor__wrapper',
    icon,
    csrf,
    place,
  };
})();
