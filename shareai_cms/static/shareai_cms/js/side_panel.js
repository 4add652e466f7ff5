/* The AI panel at the side of Wagtail's editor: what is left, what can be done with the whole page, and
 * what was done so far. An action runs in the panel of the field that it fits. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text, announce } = shareai.dom;
  const { views, fields } = shareai;

  const section = (heading, ...content) =>
    el('section', { class: 'shareai-side__section' }, el('h3', {}, heading), content);

  /** Actions on the text of the whole page, each with the field that its result goes into. */
  function pageActions() {
    const { actions, fields: entries } = shareai.config;
    return entries.flatMap((entry) =>
      entry.actions
        .filter((slug) => actions[slug]?.reads === 'object')
        .map((slug) => ({ slug, entry, action: actions[slug] })),
    );
  }

  function row({ slug, entry, action }, left) {
    const [route] = action.routes;
    const isShort = left < route.units;
    return el(
      'li',
      {},
      el(
        'button',
        {
          'type': 'button',
          'class': 'shareai-action',
          'disabled': isShort,
          'data-action': 'shareai-side#start',
          'data-shareai-side-slug-param': slug,
          'data-shareai-side-field-param': entry.name,
        },
        icon(action.icon || 'shareai'),
        el('span', { class: 'shareai-action__label' }, action.label),
        el('span', { class: 'shareai-action__cost' }, isShort ? text('not_enough') : route.text),
        el('span', { class: 'shareai-action__description' }, text('for_field', { field: entry.label })),
      ),
    );
  }

  class SideController extends shareai.host.Controller {
    connect() {
      // Wagtail tells the frame around us when it is shown.
      this.frame = this.element.closest('[data-side-panel]');
      this.onShow = () => this.show();
      this.frame.addEventListener('show', this.onShow);
      if (!this.frame.hidden) this.show();
    }

    disconnect() {
      this.frame.removeEventListener('show', this.onShow);
    }

    show() {
      this.past = el('div', { 'class': 'shareai-side__past', 'aria-busy': 'true' }, icon('spinner'));
      this.choice = el('div', {});
      this.units = el('div', { class: 'shareai-side__units' });
      this.element.replaceChildren(
        el('div', { class: 'shareai-side__header' }, views.tag(), this.units),
        section(text('whole_page'), this.choice),
        ...this.product(),
        section(text('past'), this.past),
        el('p', {}, views.elsewhere(shareai.config.explain_url || shareai.config.urls.explain, 'what_counts')),
      );
      this.recount();
      this.reload();
    }

    /** What stands in the way, as in the panel of a field; its buttons are answered here. */
    obstacle() {
      const nodes = views.choose(null);
      for (const button of nodes.flatMap((node) => [...node.querySelectorAll('[data-action^="shareai-panel#"]')])) {
        button.dataset.action = button.dataset.action.replace('shareai-panel', 'shareai-side');
      }
      return nodes;
    }

    /** Shared content belongs to no site: the person says for which one it counts. */
    async pick({ currentTarget: { dataset } }) {
      await shareai.wire.pick(dataset.shareaiPanelSiteParam);
      await shareai.refreshConfig({ isForced: true });
      this.show();
    }

    /** The live site is at another address: a manager says whether it moved or is a copy. */
    async answer({ currentTarget: { dataset } }) {
      await shareai.wire.answerAddress(dataset.shareaiPanelSiteParam, dataset.shareaiPanelAnswerParam);
      await shareai.refreshConfig({ isForced: true });
      this.show();
    }

    /** What a catalogue knows is enriched as a whole. */
    product() {
      const { urls, locked, problem } = shareai.config;
      if (!urls.enrich || locked || problem) return [];
      const actions =
        'shareai:usage@document->shareai-enrich#recount focus@window->shareai-enrich#look ' +
        'input->shareai-enrich#keep:stop change->shareai-enrich#keep:stop';
      const box = el('div', { 'class': 'shareai-enrich', 'data-controller': 'shareai-enrich', 'data-action': actions });
      return [section(text('enrich'), box)];
    }

    /** Units were spent somewhere on the page. */
    recount() {
      if (!this.choice) return;
      const { locked, problem, allowance, also = [] } = shareai.config;
      const left = allowance ? allowance.left : Infinity;
      const rows = pageActions();
      const hadFocus = this.choice.contains(document.activeElement);
      if (problem || locked) this.choice.replaceChildren(...this.obstacle());
      else {
        const list = el('ul', { class: 'shareai-actions' }, rows.map((each) => row(each, left)));
        const note = el('p', { class: 'shareai-side__note' }, text('no_page_actions'));
        // Not in the way of what has units of its own: the rows and the line above say it too.
        const isShort = left <= 0 && rows.length > 0 && !also.some((each) => each.left > 0);
        this.choice.replaceChildren(...[isShort && views.exhausted(), rows.length ? list : note].filter(Boolean));
      }
      this.units.replaceChildren(...this.meters(rows.length > 0));
      if (hadFocus) this.choice.querySelector('button:enabled, a')?.focus();
    }

    /** What is left of each kind of unit that something here takes. */
    meters(hasActions) {
      const { allowance, also = [] } = shareai.config;
      const used = [(hasActions || !also.length) && allowance, ...also].filter(Boolean);
      const line = (each) => el('p', { class: 'shareai-panel__units' }, ...views.units(this.choice, each));
      return used.map(line);
    }

    // The past

    async fetchPast(page) {
      const url = new URL(shareai.config.urls.past, window.location.href);
      url.searchParams.set('path', window.location.pathname);
      url.searchParams.set('page', page);
      const response = await fetch(url);
      if (!response.ok || response.redirected) throw new Error(response.status);
      return response.text();
    }

    /** Ours alone, and escaped by the server. */
    fragment(html) {
      const template = document.createElement('template');
      template.innerHTML = html;
      return template.content;
    }

    async reload() {
      if (!this.past || this.frame.hidden) return;
      if (shareai.config.sites) {
        // Whose actions would be shown is not clear either.
        this.past.replaceChildren(el('p', { class: 'shareai-side__note' }, text('past_unclear')));
        this.past.removeAttribute('aria-busy');
        return;
      }
      try {
        this.past.replaceChildren(this.fragment(await this.fetchPast(1)));
      } catch {
        this.past.replaceChildren(el('p', { class: 'shareai-side__note' }, text('past_failed')));
      }
      this.past.removeAttribute('aria-busy');
    }

    async more({ currentTarget: button, params: { page } }) {
      button.disabled = true;
      try {
        const older = this.fragment(await this.fetchPast(page));
        const first = older.querySelector('li');
        first?.setAttribute('tabindex', '-1');
        button.replaceWith(older);
        first?.focus();
      } catch {
        button.disabled = false;
        announce(text('past_failed'));
      }
    }

    // Actions on the whole page

    /** Opens the field's own panel and starts there, as if clicked in it. */
    async start({ params: { slug, field: name } }) {
      const [wrapper] = fields.all().find(([, , entry]) => entry.name === name) || [];
      if (!wrapper) return;
      const panel = await shareai.opening.open(wrapper);
      // A suggestion that waits, or an action at work, is shown instead.
      const params = `[data-shareai-panel-slug-param="${slug}"]`;
      panel.querySelector(`.shareai-action${params}:enabled`)?.click();
    }
  }

  shareai.host.register('shareai-side', SideController);
})();
