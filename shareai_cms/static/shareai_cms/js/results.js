/* What a panel shows from the first word of a suggestion to the editor's decision. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text } = shareai.dom;
  const { notice, details, button, buttons, ways } = shareai.views;
  const { preview } = shareai;

  /** Refusals that the same click would only meet again. */
  const FINAL = new Set(
    ('unknown_action not_permitted object_not_found object_locked account_unclear account_suspended ' +
      'not_configured allowance_exhausted budget_exhausted input_empty input_too_long image_unusable ' +
      'signed_out').split(' '),
  );

  /** A text to read. It can be focused, so that the keyboard can scroll it. */
  const box = (label, className, content) =>
    el(
      'div',
      { 'class': `shareai-text ${className}`, 'role': 'group', 'aria-label': label, 'tabindex': '0', 'dir': 'auto' },
      content,
    );

  const pane = (label, className, content) =>
    el(
      'div',
      { class: 'shareai-pane' },
      el('div', { 'class': 'shareai-pane__label', 'aria-hidden': 'true' }, label),
      box(label, className, content),
    );

  const again = (run, attributes = {}) =>
    button(`${text('try_again')} · ${run.cost}`, 'again', attributes);

  /** While the answer is on its way: the original, and beside it what has come so far. */
  function running(run) {
    const { original } = run.capture;
    return [
      el('p', { class: 'shareai-working', tabindex: '-1' }, icon('spinner'), ` ${run.working}`),
      run.isStreamed &&
        el(
          'div',
          { 'class': 'shareai-panes', 'aria-busy': 'true' },
          !preview.isEmpty(original) && pane(text('original'), '', preview.show(original)),
          pane(text('suggestion'), 'shareai-arriving', []),
        ),
      buttons(button([icon('cross'), text('stop')], 'stop')),
    ];
  }

  /** Stopped, while the server says whether that was in time. */
  const stopping = (run) => [
    el('p', { class: 'shareai-working', tabindex: '-1' }, icon('spinner'), ` ${text('stopping')}`),
    run.partial && pane(text('suggestion'), '', preview.show(run.partial)),
  ];

  function toggles(isShowingChanges) {
    const toggle = (label, view, isPressed) =>
      el(
        'button',
        {
          'type': 'button',
          'class': 'shareai-toggle',
          'aria-pressed': String(isPressed),
          'data-action': 'shareai-panel#compare',
          'data-shareai-panel-view-param': view,
        },
        label,
      );
    return el(
      'div',
      { 'class': 'shareai-toggles', 'role': 'group', 'aria-label': text('view') },
      toggle(text('changes'), 'changes', isShowingChanges),
      toggle(text('suggestion'), 'suggestion', !isShowingChanges),
    );
  }

  function alternative(item, index, id) {
    const attributes = { 'type': 'radio', 'value': index, 'id': `${id}-${index}`, 'name': id, 'checked': index === 0 };
    // Belongs to no form: Wagtail must neither save it nor see it as a change.
    return el(
      'li',
      {},
      el('input', { ...attributes, form: '' }),
      el('label', { for: `${id}-${index}`, dir: 'auto' }, item),
    );
  }

  function alternatives(items, id) {
    const list = items.map((item, index) => alternative(item, index, id));
    return el(
      'fieldset',
      { class: 'shareai-alternatives', tabindex: '-1' },
      el('legend', {}, text('choose_one')),
      el('ul', {}, list),
    );
  }

  const beside = (original, value) =>
    el(
      'div',
      { class: 'shareai-panes' },
      pane(text('original'), '', preview.show(original)),
      pane(text('suggestion'), 'shareai-result', preview.show(value)),
    );

  /** The suggestion itself, in the form that helps most to judge it. */
  function body(suggestion, id) {
    const { value, original } = suggestion;
    if (value.kind === 'alternatives') return [alternatives(value.items, id)];
    if (preview.content(value).kind === 'html' || preview.isEmpty(original)) {
      return [pane(text('suggestion'), 'shareai-result', preview.show(value))];
    }
    const { isShowingChanges, run } = suggestion;
    if (!isShowingChanges && !run.isCompared) return [toggles(false), beside(original, value)];
    const content = isShowingChanges ? preview.changes(original, value) : preview.show(value);
    return [
      toggles(isShowingChanges),
      box(isShowingChanges ? text('changes') : text('suggestion'), 'shareai-result', content),
    ];
  }

  /** Nothing came that the field could take: accepting it would only empty the field. */
  const isBlank = (value) => value.kind !== 'alternatives' && preview.isEmpty(value);

  /** What becomes of the text that an incomplete suggestion did not reach. */
  function consequence({ kind, rest }, original) {
    if (!['text', 'richtext'].includes(kind) || preview.isEmpty(original)) return '';
    return rest === 'kept' ? text('rest_kept') : text('rest_dropped');
  }

  /** A suggestion to decide on. */
  function result(suggestion, id) {
    const { value, objection, mark, error, run } = suggestion;
    const isAddition = value.kind === 'addition' && !preview.isEmpty(suggestion.original);
    const canAccept = preview.content(value).kind !== 'html' && !objection && !isBlank(value);
    return [
      error && notice('critical', [error.sentence, error.remedy], details(error.detail)),
      mark && notice('info', [mark]),
      isAddition && el('p', { class: 'shareai-scope' }, text('added')),
      ...body(suggestion, id),
      objection && notice('warning', [objection]),
      buttons(
        canAccept && button(text('accept'), 'accept', { isPrimary: !mark }),
        again(run, { isPrimary: Boolean(mark) }),
        button(text('copy'), 'copy'),
        button(text('discard'), 'discard'),
      ),
    ];
  }

  /** What went wrong, what to do about it, and the way on. */
  function failure(error, run) {
    const isUnknown = error.code === 'outcome_unknown';
    const canRetry = !isUnknown && !FINAL.has(error.code);
    const isExhausted = error.code === 'allowance_exhausted';
    return [
      notice('critical', [error.sentence, error.remedy], isExhausted && ways(run, error.topup_url), details(error.detail)),
      buttons(
        isUnknown && button(text('check_again'), 'check', { isPrimary: true }),
        canRetry && again(run, { isPrimary: true }),
        button(text('back'), 'back'),
      ),
    ];
  }

  /** The field is no longer what was sent, so nothing may be overwritten. */
  function conflict(suggestion) {
    const { value } = suggestion;
    return [
      notice('warning', [text('conflict'), text('conflict_remedy')]),
      pane(text('suggestion'), 'shareai-result', preview.show(value)),
      buttons(
        button(text('insert_at_end'), 'append', { isPrimary: true }),
        button(text('copy'), 'copy'),
        button(text('discard'), 'discard'),
      ),
    ];
  }

  shareai.results = { running, stopping, result, failure, conflict, consequence };
})();
