/* What an action asks for before the click that costs. Answers are remembered while the page is open. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text } = shareai.dom;
  const { button, buttons, scope } = shareai.views;

  const CONTROL = '.shareai-option__control';

  /** The last answers, by action: one tone or language is mostly wanted for several fields. */
  const remembered = new Map();

  function choices({ choices: offered = [], required, default: preset }, answer) {
    const chosen = [answer, preset].find((value) => offered.some(([known]) => known === value)) ?? '';
    const list = offered.map(([value, label]) => el('option', { value, selected: value === chosen }, label));
    const isOpen = !required || (chosen === '' && offered.length > 1);
    return isOpen ? [el('option', { value: '' }, text('choose')), ...list] : list;
  }

  function control(option, attributes, answer) {
    if (option.kind === 'choice') return el('select', attributes, choices(option, answer));
    const { placeholder, max_length: maxlength } = option;
    return el('textarea', { ...attributes, placeholder, maxlength, rows: 4, dir: 'auto' }, answer ?? option.default ?? '');
  }

  function question(option, id, answer) {
    const help = option.help && el('p', { id: `${id}-help`, class: 'shareai-option__help' }, option.help);
    const attributes = {
      id,
      'class': 'shareai-option__control',
      'name': option.name,
      // Belongs to no form: Wagtail must neither save it nor see it as a change.
      'form': '',
      'aria-required': String(option.required),
      'aria-describedby': help ? `${id}-error ${id}-help` : `${id}-error`,
    };
    return el(
      'div',
      { class: 'shareai-option' },
      el('label', { for: id }, option.label, !option.required && ` ${text('optional')}`),
      control(option, attributes, answer),
      el('p', { id: `${id}-error`, class: 'shareai-option__error', hidden: true }),
      help,
    );
  }

  /** The questions of an action, and the click that runs it with what that costs. */
  function form(field, { slug, route: name }, id) {
    const action = shareai.config.actions[slug];
    const route = action.routes.find((candidate) => candidate.route === name);
    const answers = remembered.get(slug) || {};
    const cost = shareai.views.cost(action, route);
    return [
      el('p', { class: 'shareai-options__action' }, icon(action.icon), action.label),
      action.adds ? field.length() > 0 && el('p', { class: 'shareai-scope' }, text('added')) : scope(field),
      el(
        'div',
        { 'class': 'shareai-options', 'role': 'group', 'aria-label': action.label },
        action.options.map((option) => question(option, `${id}-${option.name}`, answers[option.name])),
      ),
      buttons(
        button(`${action.label} · ${cost}`, 'go', { isPrimary: true }),
        button(text('back'), 'choose'),
      ),
    ];
  }

  const controls = (root) => Array.from(root.querySelectorAll(CONTROL));

  const read = (root) => Object.fromEntries(controls(root).map(({ name, value }) => [name, value]));

  const remember = (slug, root) => remembered.set(slug, read(root));

  /** Says at every required question without an answer that it has none; whether all have one. */
  function check(root) {
    const isBlank = ({ ariaRequired, value }) => ariaRequired === 'true' && !value.trim();
    const list = controls(root);
    for (const each of list) {
      const error = root.querySelector(`#${each.id}-error`);
      error.hidden = !isBlank(each);
      error.textContent = isBlank(each) ? text('option_empty') : '';
      each.setAttribute('aria-invalid', String(isBlank(each)));
    }
    list.find(isBlank)?.focus();
    return !list.some(isBlank);
  }

  shareai.options = { form, read, remember, check, CONTROL };
})();
