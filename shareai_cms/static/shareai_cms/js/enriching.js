/* Enriching one product: what to improve, the click that costs, and each value on its own beside what stands there.
 * Lists come as HTML of ours. Accepting fills the form; what it has no field for is saved by the server. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text, announce } = shareai.dom;
  const { views, wire, filling } = shareai;

  const button = (label, method, isPrimary = false) =>
    el(
      'button',
      {
        'type': 'button',
        'class': `button button-small${isPrimary ? '' : ' button-secondary'}`,
        'data-action': `shareai-enrich#${method}`,
      },
      label,
    );

  /** The list that waits for decisions, kept while the page is loaded anew. */
  const kept = {
    get key() {
      const { type, id } = shareai.config.target;
      return `shareai:enriched:${type}:${id}`;
    },
    get() {
      try {
        return JSON.parse(sessionStorage.getItem(this.key));
      } catch {
        return null;
      }
    },
    set(value) {
      try {
        if (value) sessionStorage.setItem(this.key, JSON.stringify(value));
        else sessionStorage.removeItem(this.key);
      } catch {
        // Without storage the list ends with the page.
      }
    },
  };

  async function failure(response) {
    const type = response.headers.get('Content-Type') || '';
    const data = type.includes('json') ? await response.json() : null;
    return data?.error || wire.localError('unexpected').error;
  }

  const addressOf = (id) => `${shareai.config.urls.enrich}${id}/`;

  /** HTML of ours about this product, escaped by the server. */
  async function fragment(address) {
    const url = new URL(address, window.location.href);
    Object.entries(shareai.config.target).forEach(([name, value]) => url.searchParams.set(name, value));
    const response = await fetch(url);
    if (response.redirected) throw wire.localError('signed_out');
    if (!response.ok) throw Object.assign(new Error(response.status), { error: await failure(response) });
    const template = document.createElement('template');
    template.innerHTML = await response.text();
    return template.content;
  }

  async function written(id, places, isBack) {
    const response = await fetch(addressOf(id), {
      method: 'POST',
      headers: { ...shareai.host.csrf(), 'Accept': 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify({ target: shareai.config.target, places, back: isBack }),
    });
    if (!response.ok) throw Object.assign(new Error(response.status), { error: await failure(response) });
    return response.json();
  }

  const valueOf = (row) => JSON.parse(row.dataset.fill || 'null');
  const fillerOf = (row) => (row.dataset.field ? filling.of(row.dataset.field, valueOf(row)) : null);
  const isOpen = (row) => !row.dataset.done;

  function say(row, sentence) {
    const note = row.querySelector('[data-enrich-note]');
    if (note) note.textContent = sentence;
  }

  function finish(row, sentence) {
    row.dataset.done = '1';
    row.querySelector('button')?.remove();
    row.querySelector('[data-enrich-server]')?.remove();
    say(row, sentence);
  }

  class EnrichController extends shareai.host.Controller {
    connect() {
      const before = kept.get();
      if (before) this.list(before.id, before.note);
      else this.offer();
    }

    show(state, ...content) {
      const hadFocus = this.element.contains(document.activeElement);
      this.state = state;
      this.element.replaceChildren(...content.flat().filter(Boolean));
      if (hadFocus) this.element.querySelector('[tabindex="-1"], input, button:enabled')?.focus();
    }

    /** What may be improved, and what that takes. */
    async offer(note = '') {
      kept.set(null);
      try {
        const form = await fragment(shareai.config.urls.enrich);
        const { enrichShort: isShort, enrichTopup: shop } = form.querySelector('[data-enrich-short]')?.dataset ?? {};
        this.show('choose', note && views.notice('info', [note]), form);
        if (isShort) this.element.querySelector('[data-enrich-short]').append(views.exhausted(shop));
      } catch ({ error }) {
        this.fail(error);
      }
    }

    /** Units were spent elsewhere on the page, or bought. */
    recount({ detail }) {
      const isInUse = this.element.contains(document.activeElement);
      if (this.state === 'choose' && (detail?.hasArrived || !isInUse)) this.offer();
    }

    /** Back from buying in another tab. */
    look() {
      if (this.state === 'choose' && this.element.querySelector('[data-enrich-short="1"]')) this.offer();
    }

    /** What is ticked here is no change of the form. */
    keep() {}

    // Running

    start() {
      const ticked = this.element.querySelectorAll('input[name="part"]:checked');
      const body = {
        target: shareai.config.target,
        parts: Array.from(ticked, ({ value }) => value),
        language: this.element.querySelector('select')?.value || '',
      };
      const abort = new AbortController();
      this.run = { abort, url: shareai.config.urls.enrich, key: wire.newKey(), signal: abort.signal, body };
      this.wait(() => wire.perform(this.run));
    }

    async wait(ask) {
      const { run } = this;
      announce(text('enriching'));
      this.show(
        'running',
        el('p', { class: 'shareai-working', tabindex: '-1' }, icon('spinner'), ` ${text('enriching')}`),
        views.buttons(button([icon('cross'), text('stop')], 'stop')),
      );
      try {
        const outcome = await ask();
        if (this.run === run && !run.signal.aborted) this.list(outcome.suggestion);
      } catch (error) {
        if (this.run === run && !run.signal.aborted) this.fail(error.error);
      }
    }

    async stop() {
      const { run } = this;
      if (this.state !== 'running') return;
      run.abort.abort();
      this.show('stopping', el('p', { class: 'shareai-working', tabindex: '-1' }, icon('spinner'), ` ${text('stopping')}`));
      const outcome = await wire.afterStop(run);
      if (this.run !== run) return;
      const note = text(outcome === null ? 'stopped_free' : 'stopped_unknown');
      if (outcome) this.list(outcome.suggestion);
      else this.offer(note);
      if (!outcome) announce(note);
    }

    check() {
      this.wait(() => wire.recover(this.run));
    }

    again() {
      this.offer();
    }

    fail(given) {
      const error = given || wire.localError('unexpected').error;
      const isUnknown = error.code === 'outcome_unknown';
      announce(`${error.sentence} ${error.remedy}`);
      this.show(
        'error',
        views.notice(
          'critical',
          [error.sentence, error.remedy],
          error.code === 'allowance_exhausted' && views.ways(null, error.topup_url ?? ''),
          views.details(error.detail),
        ),
        views.buttons(isUnknown ? button(text('check_again'), 'check', true) : button(text('back'), 'again')),
      );
    }

    // Deciding

    /** The list from which something may be taken back. */
    last({ currentTarget }) {
      this.list(currentTarget.dataset.id);
    }

    async list(id, note = '') {
      try {
        const list = await fragment(addressOf(id));
        kept.set({ id });
        this.id = id;
        this.show('list', note && views.notice('success', [note]), list);
        announce(note || text('enriched'));
      } catch {
        // Erased after its days, or of another product that had this address.
        this.offer();
        return;
      }
      for (const row of this.rows.filter(isOpen)) {
        const own = row.querySelector('[data-enrich-server]');
        if (own) own.hidden = Boolean(fillerOf(row));
      }
    }

    get rows() {
      return Array.from(this.element.querySelectorAll('[data-enrich-row]'));
    }

    accept({ currentTarget }) {
      const row = currentTarget.closest('[data-enrich-row]');
      this.take([row], Boolean(row.dataset.conflict));
    }

    acceptAll() {
      this.take(this.rows.filter((row) => isOpen(row) && !row.dataset.looks), false);
    }

    /** What the server has written is put back as it was. */
    async takeBack({ currentTarget }) {
      if (this.isTaking) return;
      this.isTaking = true;
      try {
        await this.write([currentTarget.closest('[data-enrich-row]')], true);
      } finally {
        this.isTaking = false;
      }
    }

    async take(rows, isForced) {
      if (this.isTaking) return;
      this.isTaking = true;
      try {
        const left = rows.filter((row) => !this.fill(row, isForced));
        const next = rows.length === 1 ? this.rows.find(isOpen) : null;
        if (left.length) await this.write(left);
        (next?.querySelector('button') || rows.at(-1))?.focus();
      } finally {
        this.isTaking = false;
      }
    }

    /** Whether the form has a field for it, which has it now or keeps what somebody wrote there meanwhile. */
    fill(row, isForced) {
      const filler = fillerOf(row);
      if (!filler) return false;
      const refusal = filling.put(filler, valueOf(row), isForced);
      if (refusal) {
        say(row, refusal);
        if (!isForced) this.insist(row, refusal);
        return true;
      }
      finish(row, text('enrich_filled'));
      wire.decide(this.id, { ...shareai.config.target, field: row.dataset.field }, 'accepted');
      return true;
    }

    /** A second click puts it there all the same. */
    insist(row, refusal) {
      announce(refusal);
      if (refusal !== text('conflict')) return;
      row.dataset.conflict = '1';
      const again = row.querySelector('button');
      again.removeAttribute('aria-label');
      again.textContent = text('enrich_insist');
    }

    /** What the form has no field for. It is loaded anew then, since it does not know of it. */
    async write(rows, isBack = false) {
      const isHere = Boolean(this.element.querySelector('[data-enrich-here]'));
      const tell = (sentence) => {
        rows.forEach((row) => say(row, sentence));
        announce(sentence);
      };
      if (isHere && !(await this.isSaved(tell))) return;
      const before = isHere && this.content();
      try {
        const { sentence } = await written(this.id, rows.map((row) => row.dataset.place), isBack);
        rows.forEach((row) => finish(row, sentence));
        announce(sentence);
        if (isHere) this.reload(sentence, before === this.content());
        else if (isBack) this.list(this.id, sentence);
      } catch ({ error }) {
        const { sentence, remedy } = error || wire.localError('not_sent').error;
        tell(`${sentence} ${remedy}`);
      }
    }

    content() {
      const entries = Array.from(new FormData(shareai.form), ([name, value]) => [name, value.name ?? value]);
      return JSON.stringify(entries);
    }

    reload(sentence, isUntouched) {
      kept.set({ id: this.id, note: sentence });
      if (!isUntouched) {
        const note = views.notice('warning', [text('enrich_reload')], views.buttons(button(text('reload'), 'renew', true)));
        this.element.prepend(note);
        return;
      }
      this.renew();
    }

    renew() {
      // As when Wagtail's own button saves: there is nothing to warn about.
      shareai.form.setAttribute('data-w-unsaved-confirmation-value', 'false');
      window.location.reload();
    }

    /** Whether nothing in the form would be lost by loading it anew; a draft is saved where there are drafts. */
    async isSaved(tell) {
      const { drafts, assets } = shareai.config;
      if (!shareai.drafts) await shareai.load({ css: [], js: assets.leave.js.slice(0, 1) });
      if (!shareai.drafts.hasChanges()) return true;
      if (!drafts) {
        tell(text('enrich_save_first'));
        return false;
      }
      try {
        tell(text('saving_draft'));
        await shareai.drafts.save();
        return true;
      } catch {
        tell(text('enrich_save_first'));
        return false;
      }
    }

    close() {
      this.offer();
    }
  }

  shareai.host.register('shareai-enrich', EnrichController);
})();
