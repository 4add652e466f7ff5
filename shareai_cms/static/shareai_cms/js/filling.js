/* A proposed value on its way into the form's own field, of whatever kind that is. What a field cannot take is left to
 * the server. Values are `{kind: 'text', text}`, `{kind: 'richtext', raw}` and `{kind: 'list', values}`; `before` holds
 * the texts that stood there when it was proposed. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;
  const { fields, richText } = shareai;

  const squeezed = (value) => value.replace(/\s+/g, '');

  const alike = (left, right) =>
    left.map(squeezed).filter(Boolean).join('\n') === right.map(squeezed).filter(Boolean).join('\n');

  const told = (input) => {
    for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
  };

  const wanted = (value) => (value.kind === 'list' ? value.values : [value.text]);

  /** A line, or a text area. */
  class Text {
    constructor(input, value) {
      this.field = new shareai.TextField(input, { kind: 'text' });
      this.value = { kind: 'text', text: wanted(value).join('') };
    }

    isUnchanged(before) {
      return alike([this.field.input.value], before);
    }

    objection() {
      return this.field.objection(this.value);
    }

    put() {
      this.field.replace(this.value);
    }
  }

  /** A Draftail editor; its value is the whole of it. */
  class RichText {
    constructor(input, value) {
      this.field = new shareai.DraftailField(input, { kind: 'richtext' });
      this.value = value;
    }

    isUnchanged(before) {
      const stood = before.map((html) => richText.inert(html).textContent);
      return alike([this.field.blocks.map((block) => block.getText()).join('')], [stood.join('')]);
    }

    objection() {
      return '';
    }

    put() {
      this.field.splice(0, this.field.blocks.length, this.value.raw);
    }
  }

  /** Things to choose from, each with its words: those of a select, radio buttons or boxes. */
  class Choice {
    constructor(options, value) {
      this.options = options;
      this.texts = wanted(value);
    }

    get canTake() {
      return this.texts.every((each) => this.options.some((option) => option.words === each));
    }

    isUnchanged(before) {
      return alike(this.options.filter((option) => option.isOn && option.value).map(({ words }) => words), before);
    }

    objection() {
      return '';
    }

    put() {
      this.options.forEach((option) => option.turn(this.texts.includes(option.words)));
    }
  }

  const ofSelect = (select) =>
    Array.from(select.options, (option) => ({
      words: option.textContent.trim(),
      value: option.value,
      isOn: option.selected,
      turn: (isOn) => {
        if (option.selected === isOn) return;
        option.selected = isOn;
        told(select);
      },
    }));

  const ofBoxes = (boxes) =>
    boxes.map((box) => ({
      words: (box.labels?.[0]?.textContent || '').trim(),
      value: box.value,
      isOn: box.checked,
      turn: (isOn) => {
        if (box.checked === isOn) return;
        box.checked = isOn;
        told(box);
      },
    }));

  /** Wagtail's widget writes a tag of several words between quotes. */
  const bare = (tag) => tag.trim().replace(/^"(.*)"$/, '$1');

  /** Wagtail's field of tags, which are a set. */
  class Tags {
    constructor(input, value) {
      this.widget = window.jQuery(input);
      this.texts = wanted(value);
    }

    isUnchanged(before) {
      this.before = before;
      return alike(this.widget.tagit('assignedTags').map(bare).sort(), before.map(bare).sort());
    }

    objection() {
      return '';
    }

    put() {
      const texts = this.texts.map(bare);
      const there = this.widget.tagit('assignedTags').map(bare);
      const gone = (this.before || []).map(bare).filter((tag) => there.includes(tag) && !texts.includes(tag));
      for (const tag of gone) {
        for (const label of [tag, `"${tag}"`]) this.widget.tagit('removeTagByLabel', label, false);
      }
      texts.filter((tag) => !there.includes(tag)).forEach((tag) => this.widget.tagit('createTag', tag));
    }
  }

  const isWriteable = (input) => input && !input.disabled && !input.readOnly;

  function choice(options, value) {
    const found = new Choice(options, value);
    return found.canTake ? found : null;
  }

  /** The name of the field in the row of an inline form that stands for this; empty where the form has no such row. */
  function inRow(relation, { by, is, into }) {
    const rows = shareai.form.querySelectorAll(`[data-inline-panel-child][id^="inline_child_${CSS.escape(relation)}-"]`);
    for (const row of rows) {
      const prefix = row.id.replace('inline_child_', '');
      const { elements } = shareai.form;
      const isGone = elements.namedItem(`${prefix}-DELETE`)?.value;
      if (!isGone && elements.namedItem(`${prefix}-${by}`)?.value?.trim() === is) return `${prefix}-${into}`;
    }
    return '';
  }

  /** What puts this value into the field of that name; null where the form has none that could take it. */
  function of(field, value) {
    const name = value.row ? inRow(field, value.row) : field;
    if (!name) return null;
    const boxes = Array.from(shareai.form.querySelectorAll(`[name="${CSS.escape(name)}"]:is([type=radio], [type=checkbox])`));
    if (boxes.length) return boxes.every(isWriteable) ? choice(ofBoxes(boxes), value) : null;
    const input = fields.named(name);
    if (!isWriteable(input)) return null;
    if (input.draftailEditor) return value.kind === 'richtext' ? new RichText(input, value) : null;
    if (value.kind === 'richtext') return null;
    if (input.matches('select')) return choice(ofSelect(input), value);
    if (input.matches('[data-controller~="w-tag"]')) return window.jQuery?.fn.tagit ? new Tags(input, value) : null;
    const isText = input.matches('textarea, input:is([type=text], [type=url], [type=number], :not([type]))');
    return isText && wanted(value).length <= 1 ? new Text(input, value) : null;
  }

  /** Why it cannot be put there, or nothing. `isForced` does not ask what somebody wrote meanwhile. */
  function refusal(filler, value, isForced = false) {
    const isUnchanged = filler.isUnchanged(value.before);
    return isForced || isUnchanged ? filler.objection() : text('conflict');
  }

  /** Puts it there; why it was not, or nothing. */
  function put(filler, value, isForced) {
    const refused = refusal(filler, value, isForced);
    if (!refused) filler.put();
    return refused;
  }

  shareai.filling = { of, put, refusal };
})();
