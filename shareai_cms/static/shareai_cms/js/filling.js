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

  /** Wagtail's field of tags. */
  class Tags {
    constructor(input, value) {
      this.widget = window.jQuery(input);
      this.texts = wanted(value);
    }

    isUnchanged(before) {
      return alike([...this.widget.tagit('assignedTags')].sort(), [...before].sort());
    }

    objection() {
      return '';
    }

    put() {
      const there = this.widget.tagit('assignedTags');
      this.texts.filter((tag) => !there.includes(tag)).forEach((tag) => this.widget.tagit('createTag', tag));
    }
  }

  const isWriteable = (input) => input && !input.disabled && !input.readOnly;

  function choice(options, value) {
    const found = new Choice(options, value);
    return found.canTake ? found : null;
  }

  /** What puts this value into the field of that name; null where the form has none that could take it. */
  function of(name, value) {
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

  /** Why it was not put there, or nothing. `isForced` puts it there whatever somebody wrote meanwhile. */
  function put(filler, value, isForced) {
    if (!isForced && !filler.isUnchanged(value.before)) return text('conflict');
    const objection = filler.objection();
    if (!objection) filler.put();
    return objection;
  }

  shareai.filling = { of, put };
})();
