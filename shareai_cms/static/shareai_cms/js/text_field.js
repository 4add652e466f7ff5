/* A plain input or text area: what is sent of it, and how a suggestion gets in. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;

  class TextField {
    constructor(input, entry) {
      this.input = input;
      this.entry = entry;
    }

    /** The field as it is now: what to send, and what to compare with later. */
    capture() {
      const { value } = this.input;
      const image = this.entry.kind === 'image' ? { image: true, chosen: this.chosen() } : {};
      return { input: { text: value, ...image }, original: { kind: 'text', text: value } };
    }

    /** The image that was chosen beside its alternative text, in a block that has both. */
    chosen() {
      const { image } = this.entry;
      const name = this.input.name.replace(/[^-]+$/, image);
      return image ? this.input.form?.elements.namedItem(name)?.value : undefined;
    }

    /** Characters to work on; an image's text is not what is worked on. */
    length() {
      return this.entry.kind === 'image' ? Infinity : this.input.value.replace(/\s+/g, ' ').trim().length;
    }

    /** One field is one text, so there is nothing to choose from and nothing to say. */
    scope() {
      return '';
    }

    isUnchanged(capture) {
      return this.input.value === capture.original.text;
    }

    /** Why the suggestion does not fit, or nothing. */
    objection(value, { isAdded = false } = {}) {
      const { maxLength, disabled } = this.input;
      if (disabled) return text('switched_off');
      const length = (isAdded ? this.input.value + this.gap : '').length + this.fitted(value).length;
      return maxLength > 0 && length > maxLength ? text('too_long', { length, most: maxLength }) : '';
    }

    replace(value) {
      this.input.focus();
      this.input.select();
      this.insert(this.fitted(value));
    }

    append(value) {
      const end = this.input.value.length;
      this.input.focus();
      this.input.setSelectionRange(end, end);
      this.insert(this.gap + this.fitted(value));
    }

    add(value) {
      this.append(value);
    }

    /** What stands between the text and what is added to it. */
    get gap() {
      const { localName, value } = this.input;
      if (!value.trim()) return '';
      return localName === 'textarea' ? '\n\n'.slice(/\n{0,2}$/.exec(value)[0].length) : ' ';
    }

    focus() {
      this.input.focus();
    }

    fitted(value) {
      return this.input.localName === 'textarea' ? value.text : value.text.replace(/\s*\n\s*/g, ' ');
    }

    /** As if typed, over the selection: that fires the field's own events and can be undone in one step. */
    insert(content) {
      const { input } = this;
      const start = input.value.slice(0, input.selectionStart);
      const expected = start + content + input.value.slice(input.selectionEnd);
      if (content === '') document.execCommand('delete');
      else document.execCommand('insertText', false, content);
      if (input.value === expected) return;
      input.value = expected;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }

  shareai.TextField = TextField;
})();
