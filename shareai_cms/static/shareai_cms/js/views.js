/* What a panel shows before there is a suggestion: its frame, the actions, the units, what stands in
 * the way. Buttons name the method of the panel's controller that they call. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text } = shareai.dom;

  const calls = (method) => ({ 'type': 'button', 'data-action': `shareai-panel#${method}` });

  function button(label, method, { isPrimary = false, ...attributes } = {}) {
    const className = `button button-small${isPrimary ? '' : ' button-secondary'}`;
    return el('button', { class: className, ...calls(method), ...attributes }, label);
  }

  const buttons = (...children) => el('div', { class: 'shareai-buttons' }, children);

  /** A sentence that needs attention, with an icon so that colour is not all. */
  function notice(kind, sentences, ...extra) {
    const symbol = { critical: 'warning', warning: 'warning', info: 'info-circle', success: 'success' }[kind];
    return el(
      'div',
      { class: `shareai-notice shareai-notice--${kind}`, tabindex: '-1' },
      icon(symbol),
      el('div', {}, el('p', {}, sentences.filter(Boolean).join(' ')), extra),
    );
  }

  function details(detail) {
    if (!detail) return null;
    return el('details', {}, el('summary', {}, text('technical_details')), el('code', {}, detail));
  }

  /** A link that opens a new tab, so that what is not saved stays. */
  function elsewhere(url, words) {
    const attributes = { class: 'shareai-buy', href: url, target: '_blank', rel: 'noopener' };
    return el('a', attributes, text(words), el('span', { class: 'w-sr-only' }, ` ${text('new_tab')}`));
  }

  /** The frame: it stays while its body changes. */
  function panel(id, field) {
    const label = `${id}-label`;
    return el(
      'div',
      {
        id,
        'class': 'shareai-panel',
        'role': 'region',
        'aria-labelledby': label,
        'tabindex': '-1',
        'hidden': true,
        'data-controller': 'shareai-panel',
        'data-action':
          'shareai:open->shareai-panel#open keydown.esc->shareai-panel#close:stop ' +
          'shareai:usage@document->shareai-panel#recount selectionchange@document->shareai-panel#rescope ' +
          'input->shareai-panel#keep:stop change->shareai-panel#keep:stop',
      },
      el(
        'div',
        { class: 'shareai-panel__header' },
        icon('shareai'),
        el('span', { id: label, class: 'shareai-panel__label' }, text('panel_label', { field })),
        el('span', { 'class': 'shareai-tag', 'data-shareai-panel-target': 'tag' }),
        el(
          'button',
          { 'class': 'shareai-close', ...calls('close'), 'aria-label': text('close') },
          icon('cross'),
        ),
      ),
      el('div', { 'class': 'shareai-panel__body', 'data-shareai-panel-target': 'body' }),
      el('p', { 'class': 'shareai-panel__units', 'data-shareai-panel-target': 'units' }),
    );
  }

  /** Whether the answers come from the stand-in and not from the marketplace. */
  const tag = () =>
    shareai.config.account?.is_sandbox
      ? [el('span', { class: 'w-status w-status--primary' }, text('sandbox'))]
      : [];

  /** What is left, and when there will be more; how to get more, where what stands above does not say so. */
  function units(above, allowance = shareai.config.allowance) {
    const { urls } = shareai.config;
    if (!allowance) return [];
    // Others are bought where they are spent.
    const isOwn = allowance === shareai.config.allowance;
    const { left, total } = allowance;
    const isLow = left <= total / 10;
    const facts = [
      el('span', { class: isLow ? 'shareai-low' : '' }, allowance.text),
      isLow && left > 0 && el('span', {}, text('low')),
      el('span', {}, allowance.resets_text),
    ].filter(Boolean);
    const dot = () => el('span', { 'class': 'shareai-dot', 'aria-hidden': 'true' }, '·');
    return [
      isLow && icon('warning'),
      ...facts.flatMap((fact, index) => (index ? [dot(), fact] : [fact])),
      isOwn && !above.querySelector('.shareai-offer') && shareai.offer(),
      // Where the admin has no page of its own that leads there.
      isOwn && urls.left && elsewhere(urls.left, 'what_is_left'),
    ];
  }

  /** What to do without units, and what they are. `refused` is the run that there were none for, `shop` where more are
   * sold, unless it is the form's own. */
  const ways = (refused, shop) =>
    el(
      'div',
      { class: 'shareai-ways' },
      shareai.offer({ isProminent: true, refused, shop }),
      elsewhere(shareai.config.explain_url || shareai.config.urls.explain, 'what_counts'),
    );

  function exhausted(shop = shareai.config.topup_url) {
    const sentences = [text('exhausted'), text(shop ? 'exhausted_buy' : 'exhausted_ask')];
    return notice('warning', sentences, ways(null, shop));
  }

  /** What a click costs, with the name of its road where that says something. */
  const cost = ({ routes }, route) =>
    routes.length > 1 || route.route !== 'standard' ? `${route.label} · ${route.text}` : route.text;

  /** What an action works on, where there is a choice. */
  const scope = (field) => el('p', { 'class': 'shareai-scope', 'data-shareai-panel-target': 'scope' }, field.scope());

  /** The actions for which the field, or what is selected in it, holds too little. */
  function lacking(field) {
    const length = field.length();
    return field.entry.actions.filter((slug) => length < (shareai.config.actions[slug]?.least ?? 0));
  }

  /** The other roads to a result; the first one is the row itself. */
  function moreRoutes(slug, routes, left, isLacking) {
    return routes.slice(1).map((route) =>
      button(`${route.label} · ${route.text}`, 'start', {
        'disabled': isLacking || left < route.units,
        'data-shareai-panel-slug-param': slug,
        'data-shareai-panel-route-param': route.route,
      }),
    );
  }

  function action(slug, left, isLacking) {
    const { label, description, icon: name, routes } = shareai.config.actions[slug];
    const [route] = routes;
    const isShort = left < route.units;
    const obstacle = (isShort && left > 0 && text('not_enough')) || (isLacking && text('needs_text'));
    return el(
      'li',
      {},
      el(
        'button',
        {
          'class': 'shareai-action',
          ...calls('start'),
          'disabled': isShort || isLacking,
          'data-shareai-panel-slug-param': slug,
          'data-shareai-panel-route-param': route.route,
        },
        icon(name || 'shareai'),
        el('span', { class: 'shareai-action__label' }, label),
        el('span', { class: 'shareai-action__cost' }, obstacle || cost(shareai.config.actions[slug], route)),
        el('span', { class: 'shareai-action__description' }, description),
      ),
      moreRoutes(slug, routes, left, isLacking),
    );
  }

  /** A live site at another address: what those who manage AI may say of it. */
  function addressAnswers({ site, answers }) {
    return buttons(
      answers.map(({ answer, label }) =>
        button(label, 'answer', {
          'data-shareai-panel-site-param': site,
          'data-shareai-panel-answer-param': answer,
        }),
      ),
    );
  }

  /** Why nothing can be done here now; where only the site is unclear, the sites to choose from. */
  function obstacle() {
    const { locked, problem, sites } = shareai.config;
    const { sentence, remedy, detail } = problem || locked;
    if (problem?.answers) return [notice('warning', [sentence, remedy]), addressAnswers(problem)];
    if (!sites) return [notice(problem ? 'critical' : 'info', [sentence, remedy], details(detail))];
    return [
      notice('info', [sentence]),
      buttons(sites.map(({ id, label }) => button(label, 'pick', { 'data-shareai-panel-site-param': id }))),
    ];
  }

  /** The actions of this field, or what stands in their way. */
  function choose(field, note) {
    const { locked, problem, allowance, actions } = shareai.config;
    if (problem || locked) return obstacle();
    const left = allowance ? allowance.left : Infinity;
    const without = lacking(field);
    const slugs = field.entry.actions.filter((slug) => actions[slug] && !without.includes(slug));
    return [
      note && notice('info', [note]),
      left <= 0 && exhausted(),
      scope(field),
      el(
        'ul',
        { class: 'shareai-actions' },
        slugs.map((slug) => action(slug, left, false)),
        without.map((slug) => action(slug, left, true)),
      ),
    ];
  }

  shareai.views = {
    panel, tag, units, ways, exhausted, choose, scope, cost, lacking, notice, elsewhere, details, button, buttons,
  };
})();
