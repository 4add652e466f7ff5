/* From the configuration's names to the inputs of this form. A name such as `notes-*-text` stands for a
 * field in every row of an inline. */
(() => {
  'use strict';

  const { shareai } = window;

  /** The fields of a form with their texts as they stand in it now. */
  const texts = () =>
    all()
      .map(([, input]) => input.value.trim())
      .filter(Boolean);

  let AdminField = null;

  /** How a field is read and written comes with the first panel, so this class cannot be made before. */
  function adapter() {
    AdminField ||= class extends shareai.TextField {
      /** What is in the form is saved nowhere yet, so actions on the whole object are sent all of it. */
      capture() {
        const captured = super.capture();
        return { ...captured, input: { ...captured.input, object: texts().join('\n\n') } };
      }
    };
    return AdminField;
  }

  function inputs({ name }) {
    const { elements } = shareai.form;
    if (!name.includes('*')) return [elements.namedItem(name)];
    const [prefix, field] = name.split('*');
    // The row that new ones are copied from has a word where they have a number.
    const isOne = (input) =>
      input.name?.startsWith(prefix) && input.name.endsWith(field) && /^\d+$/.test(input.name.slice(prefix.length, -field.length));
    return Array.from(elements).filter(isOne);
  }

  /** The element around a field and its help, in a form's row or in a table's cell. */
  const wrapperOf = (input) =>
    input.closest('td') || input.closest('.flex-container')?.parentElement || input.parentElement;

  /** Every field that gets a button, as `[wrapper, input, entry]`. */
  function all() {
    const usable = [];
    for (const entry of shareai.config.fields) {
      for (const input of inputs(entry)) {
        const isUsable = input instanceof HTMLElement && !input.disabled && !input.readOnly;
        if (isUsable) usable.push([wrapperOf(input), input, entry]);
      }
    }
    return usable;
  }

  /** The input and the entry of the field in this wrapper; nothing when its row was removed. */
  const found = (wrapper) => all().find(([candidate]) => candidate === wrapper)?.slice(1) || [];

  function of(wrapper) {
    const [input, entry] = found(wrapper);
    return input ? new (adapter())(input, entry) : null;
  }

  /** The part of the target that says which field is meant. */
  const address = ({ input, entry }) => ({ field: entry.name, path: input.name });

  const label = (wrapper) => found(wrapper)[1].label;

  shareai.fields = { all, of, address, label };
})();
