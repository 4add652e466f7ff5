/* The button at a field, and the panel that it opens. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text } = shareai.dom;
  const { fields } = shareai;

  let count = 0;

  class FieldController extends shareai.host.Controller {
    initialize() {
      this.label = fields.label(this.element);
      this.panel = null;
      this.note = el('p', { class: 'shareai-note', role: 'note', hidden: true });
      this.element.append(this.note);
      this.button = el(
        'button',
        { 'type': 'button', 'class': 'shareai-button', 'aria-expanded': 'false' },
        icon('shareai'),
        text('button'),
      );
      this.describe('choose');
      shareai.host.place(this.element, this.button);
      // The button may stand outside of our element, where no data-action would reach us.
      this.button.addEventListener('click', () => this.toggle());
      const prepare = () => shareai.loadPanel().catch(() => {});
      this.button.addEventListener('focus', prepare);
      this.button.addEventListener('pointerenter', prepare);
    }

    /** What the button is for, and what waits behind it. */
    describe(state) {
      const key = { running: 'button_running', stopping: 'button_running', result: 'button_ready' }[state];
      const label = text(key || 'button_label', { field: this.label });
      this.button.setAttribute('aria-label', label);
      this.button.title = label;
      this.button.dataset.state = state;
    }

    follow({ detail: { state } }) {
      this.describe(state);
      const isInUse = this.panel.contains(document.activeElement);
      // What is taller than the window would jump from one end to the other.
      const fits = this.panel.offsetHeight < window.innerHeight * 0.7;
      if (isInUse && fits) this.panel.scrollIntoView({ block: 'nearest' });
    }

    toggle() {
      if (this.panel && !this.panel.hidden) this.close({ detail: {} });
      else this.open();
    }

    async open() {
      try {
        await shareai.loadPanel();
      } catch {
        this.say(text('not_loaded'));
        return;
      }
      this.say('');
      if (!this.panel) this.build();
      this.put();
      this.panel.hidden = false;
      this.button.setAttribute('aria-expanded', 'true');
      this.panel.dispatchEvent(new CustomEvent('shareai:open'));
    }

    build() {
      count += 1;
      this.panel = shareai.views.panel(`shareai-panel-${count}`, this.label);
      this.button.setAttribute('aria-controls', this.panel.id);
      const part = fields.part?.(this.element);
      if (part) new ResizeObserver(() => this.leave()).observe(part);
    }

    /** Nobody waits for what is written into a block that was deleted: without its panel the call ends. */
    leave() {
      if (!this.panel || !fields.isDeleted(this.element)) return;
      this.panel.remove();
      this.panel = null;
    }

    /** Under the field; under its button where the field's end would be out of sight. */
    put() {
      const isTall = this.element.offsetHeight > window.innerHeight / 2;
      const first = this.element.querySelector(':scope > .shareai-slot');
      if (!isTall) this.element.append(this.panel, this.note);
      else if (first) first.after(this.panel, this.note);
      else this.element.prepend(this.panel, this.note);
    }

    /** Focus goes to the field when it was changed, else back to the button. */
    close({ detail: { note = '', field = null } }) {
      this.panel.hidden = true;
      this.button.setAttribute('aria-expanded', 'false');
      this.say(note);
      (field || this.button).focus();
    }

    /** What became known after the panel was closed. */
    tell({ detail: { note } }) {
      this.say(note);
    }

    say(note) {
      this.note.textContent = note;
      this.note.hidden = !note;
    }

    /** The note about the last decision has been read once work on the field goes on. */
    forget() {
      if (!this.panel?.contains(document.activeElement)) this.say('');
    }
  }

  shareai.host.register('shareai-field', FieldController);
})();
