/* From the configuration's names to the fields of this form, resolved when needed: blocks and inline
 * forms come, move and go. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;

  const EDITOR = '.Draftail-Editor__wrapper';

  /** The hidden input of a Draftail editor stands beside it. */
  function editorInput(editor) {
    return Array.from(editor.parentElement.children).find((element) => element.draftailEditor);
  }

  /** The input of a field, through Wagtail's panels where there are any: a form may have a prefix. */
  function named(name) {
    const panel = window.wagtail.editHandler?.getPanelByName?.(name);
    const input = panel?.getBoundWidget?.()?.input || shareai.form.elements?.namedItem(name);
    return input instanceof HTMLElement ? input : document.getElementById(`id_${name}`);
  }

  const wrapperOf = (element) => element.closest('[data-field-wrapper]') || element.parentElement;

  /** Texts inside streams and inline forms; their kind is known from the types around them. */
  const NESTED = '[data-contentpath] :is(input[type="text"], textarea)';

  /** What is known of each wrapper that has a button: asking again for all of them takes time. */
  const known = new WeakMap();

  /** Every field that gets a button, as `[wrapper, input, entry]`. */
  function all() {
    const found = new Map();
    const find = (input, entry) => {
      const wrapper = input && entry && wrapperOf(input);
      if (!wrapper || found.has(wrapper) || input.disabled || input.readOnly) return;
      // What another script knows better than the configuration stays.
      if (!isOf(wrapper, input)) known.set(wrapper, [input, entry]);
      found.set(wrapper, [wrapper, ...known.get(wrapper)]);
    };
    for (const entry of shareai.config.fields) find(named(entry.name), entry);
    for (const input of shareai.form.querySelectorAll(NESTED)) find(input, inside(input));
    for (const editor of shareai.form.querySelectorAll(EDITOR)) {
      const input = editorInput(editor);
      if (input) find(input, inside(input));
    }
    return [...found.values()];
  }

  const isOf = (wrapper, input) => known.get(wrapper)?.[0] === input;

  /** Gives a field its button; `entry` says what is offered there, about what, and how it is read. */
  function add(input, entry) {
    const wrapper = wrapperOf(input);
    if (known.get(wrapper)?.[1].target) return;
    known.set(wrapper, [input, entry]);
    shareai.attach(wrapper);
  }

  /** The entry of a text in a block or an inline form: the types on the way to it lead through the outline. */
  function inside(input) {
    const { roots = {}, nodes = [] } = shareai.config.nested || {};
    const [name, ...steps] = contentPath(input);
    let node = nodes[roots[name]];
    // A list has one way on, whatever the step is called.
    for (const step of steps) node = nodes[node?.in?.[''] ?? node?.in?.[step]];
    return node?.kind ? node : null;
  }

  /** The adapter of the field in this wrapper, or nothing when it went away. */
  function of(wrapper) {
    let [input, entry] = known.get(wrapper) || [];
    if (!input?.isConnected) {
      all();
      [input, entry] = known.get(wrapper) || [];
    }
    if (!input?.isConnected) return null;
    // Loaded with the first panel: until then a field is only known by its place.
    const name = entry.adapter || (input.draftailEditor ? 'DraftailField' : 'TextField');
    return new shareai[name](input, entry);
  }

  /** A block is known by its type: one that was never saved has no id that the server could look up. */
  function stepName(step) {
    if (!step.hasAttribute('data-streamfield-child')) return step.dataset.contentpath;
    return step.querySelector(':scope > input[name$="-type"]')?.value || 'item';
  }

  /** The relations that lead to an inline form, from its prefix: `links-0`, or nested `links-0-notes-1`. */
  const relations = (form) => (form?.id || '').replace('inline_child_', '').split(/-\d+-?/).filter(Boolean);

  /** The names on the way to a field: relations, the model's field, block types and child names. */
  function contentPath(input) {
    const inlineForm = input.closest('[data-inline-panel-child]');
    const names = [];
    let step = input.closest('[data-contentpath]');
    while (step && step !== inlineForm && (!inlineForm || inlineForm.contains(step))) {
      names.unshift(stepName(step));
      step = step.parentElement.closest('[data-contentpath]');
    }
    return [...relations(inlineForm), ...names];
  }

  /** The part of the target that says which field is meant. */
  function address({ input, entry }) {
    if (entry.target) return { ...entry.target, path: input.name, blocks: '' };
    const [field = input.name, ...blocks] = contentPath(input);
    return { field, path: input.name, blocks: blocks.join('/') };
  }

  /** The type of the block around a field, items of a list having none of their own; or the inline form's name. */
  function blockType(input) {
    for (let child = input; (child = child.parentElement?.closest('[data-streamfield-child]')); ) {
      const name = child.querySelector('.c-sf-block__type')?.textContent.trim();
      if (name) return name;
    }
    const inline = input.closest('[data-inline-panel-child]');
    return inline?.querySelector('[data-panel-heading]')?.textContent.trim().replace(/\s+/g, ' ') || '';
  }

  /** What the field is called on the page: inside a block, the block's type and the field's own label. */
  function label(wrapper) {
    const [input, entry] = known.get(wrapper);
    if (entry.label) return entry.label;
    const own =
      wrapper.querySelector(':scope > .w-field__label') ||
      (wrapper.previousElementSibling?.matches('.w-field__label') && wrapper.previousElementSibling);
    const name = own ? own.firstChild.textContent.trim() : '';
    return [...new Set([blockType(input), name])].filter(Boolean).join(': ') || text('nested');
  }

  const CHILD = '[data-streamfield-child], [data-inline-panel-child]';

  /** What Wagtail deletes with its block or its inline form; nothing for the fields of the form itself. */
  const part = (wrapper) => wrapper.closest(CHILD);

  /** Until it is saved, what was deleted stays in the form, hidden and marked. */
  function isDeleted(wrapper) {
    for (let child = part(wrapper); child; child = part(child.parentElement)) {
      const marked = `${child.id.replace('inline_child_', '')}-DELETE`;
      const mark =
        child.querySelector(':scope > input[name$="-deleted"]') || shareai.form.elements.namedItem(marked);
      if (mark?.value) return true;
    }
    return false;
  }

  shareai.fields = { all, add, of, named, address, label, part, isDeleted };
})();
