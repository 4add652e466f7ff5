/* Enriching one product: what to improve, the click that costs, and each value on its own beside what stands there.
 * Lists come as HTML of ours. Accepting fills the form; where something has no field in it, the form is saved, the server
 * writes all that was accepted, and the form is loaded anew: never a part here and a part there. */
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

  async function post(id, body) {
    const response = await fetch(addressOf(id), {
      method: 'POST',
      headers: { ...shareai.host.csrf(), 'Accept': 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify({ target: shareai.config.target, ...body }),
    });
    // The page that somebody was led to instead has written nothing.
    if (response.redirected) throw wire.localError('unexpected');
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
      this.onSaved = () => this.confirm();
      shareai.form.addEventListener('w-autosave:success', this.onSaved);
      const before = kept.get();
      if (before) this.list(before.id, before.note).then(() => this.confirm());
      else this.offer();
    }

    disconnect() {
      shareai.form.removeEventListener('w-autosave:success', this.onSaved);
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
        kept.set({ id, filled: kept.get()?.id === id ? kept.get().filled : [] });
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
        const fillers = new Map(rows.map((row) => [row, fillerOf(row)]));
        const next = rows.length === 1 ? this.rows.find((row) => isOpen(row) && row !== rows[0]) : null;
        // Decided once, before anything is changed: all of it goes into the form, or all of it is saved.
        if (rows.every((row) => fillers.get(row))) rows.forEach((row) => this.fill(row, fillers.get(row), isForced));
        else await this.write(rows.filter((row) => !this.isRefused(row, fillers.get(row))));
        (next?.querySelector('button') || rows.at(-1))?.focus();
      } finally {
        this.isTaking = false;
      }
    }

    /** What somebody wrote in the form meanwhile stays. */
    isRefused(row, filler) {
      const refusal = filler && filling.refusal(filler, valueOf(row));
      if (refusal) this.insist(row, refusal);
      return Boolean(refusal);
    }

    /** The form has it now, or keeps what somebody wrote there meanwhile. */
    fill(row, filler, isForced) {
      const refusal = filling.put(filler, valueOf(row), isForced);
      if (refusal) {
        if (isForced) say(row, refusal);
        else this.insist(row, refusal);
        return;
      }
      finish(row, text('enrich_filled'));
      kept.set({ id: this.id, filled: [...(kept.get()?.filled || []), row.dataset.place] });
      if (this.decided === this.id) return;
      this.decided = this.id;
      wire.decide(this.id, { ...shareai.config.target, field: row.dataset.field }, 'accepted');
    }

    /** The form was saved: what stands in the object now is told to its history. */
    async confirm() {
      const { id, filled: places } = kept.get() || {};
      if (!places?.length || this.isConfirming) return;
      this.isConfirming = true;
      try {
        const { places: saved } = await post(id, { places, is_saved: true });
        const now = kept.get();
        if (now?.id === id) kept.set({ ...now, filled: now.filled.filter((place) => !saved.includes(place)) });
      } catch {
        // Asked again with the next saving.
      } finally {
        this.isConfirming = false;
      }
    }

    /** A second click puts it there all the same. */
    insist(row, refusal) {
      say(row, refusal);
      announce(refusal);
      if (refusal !== text('conflict')) return;
      row.dataset.conflict = '1';
      const again = row.querySelector('button');
      again.removeAttribute('aria-label');
      again.textContent = text('enrich_insist');
    }

    /** Saved whole by the server, below a form that holds nothing unsaved, keeps still, and is loaded anew then. */
    async write(rows, isBack = false) {
      if (!rows.length) return;
      const isHere = Boolean(this.element.querySelector('[data-enrich-here]'));
      const tell = (sentence) => {
        rows.forEach((row) => say(row, sentence));
        announce(sentence);
      };
      const { form } = shareai;
      if (isHere) form.inert = true;
      try {
        if (isHere && !(await this.isSaved(tell))) return;
        const { sentence } = await post(this.id, { places: rows.map((row) => row.dataset.place), back: isBack });
        rows.forEach((row) => finish(row, sentence));
        announce(sentence);
        if (isHere) this.renew(sentence);
        else if (isBack) this.list(this.id, sentence);
      } catch ({ error }) {
        const { sentence, remedy } = error || wire.localError('not_sent').error;
        tell(`${sentence} ${remedy}`);
      } finally {
        if (!this.isLeaving) form.inert = false;
      }
    }

    renew(note) {
      this.isLeaving = true;
      kept.set({ ...kept.get(), id: this.id, note });
      // As when Wagtail's own button saves: there is nothing to warn about.
      shareai.form.setAttribute('data-w-unsaved-confirmation-value', 'false');
      // Not reload(), after which some browsers put back what the fields held before.
      window.location.replace(window.location.pathname + window.location.search);
    }

    /** Whether nothing in the form would be lost by loading it anew; a draft is saved where there are drafts. */
    async isSaved(tell) {
      const { drafts, assets } = shareai.config;
      if (!shareai.drafts) await shareai.load({ css: [], js: assets.leave.js.slice(0, 1) });
      const hasChanges = shareai.drafts.hasChanges();
      if (!drafts) {
        if (hasChanges) tell(text('enrich_save_first'));
        return !hasChanges;
      }
      try {
        if (hasChanges) tell(text('saving_draft'));
        // Where nothing has changed yet it waits for the last words on their way into the form.
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
