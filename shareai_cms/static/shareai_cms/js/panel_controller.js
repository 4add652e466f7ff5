/* The panel of one field: from the choice of an action to the decision about its suggestion. Nothing is
 * written into the form before Accept, because Wagtail saves every change by itself. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text, announce, copy } = shareai.dom;
  const { views, options, results, wire, preview, fields, Run } = shareai;

  /** After these, what was shown so far is still worth reading. */
  const KEEPS_TEXT = new Set(
    'stream_broken marketplace_timeout marketplace_unreachable interrupted'.split(' '),
  );

  const named = (slug) => `[data-shareai-panel-slug-param="${slug}"]`;

  class PanelController extends shareai.host.Controller {
    static targets = ['tag', 'body', 'units', 'scope'];

    initialize() {
      this.state = 'choose';
      this.run = null;
      this.suggestion = null;
    }

    connect() {
      // The event that opens the panel came before Stimulus saw it; a moved block connects again.
      if (!this.bodyTarget.hasChildNodes()) this.open();
    }

    disconnect() {
      // A block that is moved is disconnected as well, and back at once.
      window.setTimeout(() => {
        if (!this.element.isConnected) this.run?.abort.abort();
      });
    }

    get wrapper() {
      return this.element.closest('[data-controller~="shareai-field"]');
    }

    get field() {
      return fields.of(this.wrapper);
    }

    // Showing

    show(state, content, focusSelector) {
      const hadFocus = this.element.contains(document.activeElement);
      this.state = state;
      this.bodyTarget.replaceChildren(...content.flat().filter(Boolean));
      this.refresh();
      if (hadFocus) (this.element.querySelector(focusSelector) || this.element).focus();
      this.dispatch('state', { detail: { state } });
    }

    showChoice(note = '') {
      this.run = null;
      this.suggestion = null;
      this.lacking = String(views.lacking(this.field));
      this.show('choose', views.choose(this.field, note), '.shareai-action:enabled');
    }

    showResult(focusSelector = '.shareai-notice, .shareai-result, .shareai-alternatives') {
      const content = results.result(this.suggestion, `${this.element.id}-item`);
      this.show('result', content, focusSelector);
      // What is added may stand below a long text of one's own.
      const pane = this.bodyTarget.querySelector('.shareai-result');
      const added = this.suggestion.value.kind === 'addition' && pane?.querySelector('ins');
      if (added) pane.scrollTop = added.offsetTop - pane.offsetTop - pane.clientHeight / 3;
    }

    /** When the panel becomes visible. A suggestion that waits is still there. */
    open() {
      if (this.state === 'choose') this.showChoice();
      (this.element.querySelector('.shareai-action:enabled') || this.element).focus();
    }

    refresh() {
      this.tagTarget.replaceChildren(...views.tag());
      this.unitsTarget.replaceChildren(...views.units(this.bodyTarget).filter(Boolean));
    }

    /** Units were spent here or in another panel, or bought. */
    recount({ detail }) {
      if (detail?.hasArrived && this.isShort && !this.isRunning) this.resume();
      else if (this.state === 'choose' && !this.element.hidden && !this.isInUse) this.showChoice();
      else this.refresh();
    }

    /** Whether something here waits for units. */
    get isShort() {
      return Boolean(this.bodyTarget.querySelector('.shareai-offer, .shareai-action:disabled'));
    }

    /** There are units now: what was refused can be clicked, and is found where the focus was. */
    resume() {
      const hadFocus = this.isInUse;
      const { slug } = this.state === 'error' ? this.run : {};
      if (this.state === 'error') this.back();
      else this.showChoice();
      if (hadFocus && slug) this.element.querySelector(`.shareai-action${named(slug)}:enabled`)?.focus();
    }

    get isInUse() {
      return this.element.contains(document.activeElement);
    }

    /** The selection in a rich text field decides what an action works on. */
    rescope() {
      if (!this.hasScopeTarget || this.element.hidden) return;
      const scope = this.field?.scope() ?? '';
      if (scope !== this.scopeTarget.textContent) this.scopeTarget.textContent = scope;
      if (this.state !== 'choose' || this.isInUse || !this.field) return;
      if (String(views.lacking(this.field)) !== this.lacking) this.showChoice();
    }

    /** Shared content belongs to no site: the person says for which one it counts. */
    async pick({ params: { site } }) {
      await wire.pick(site);
      await shareai.refreshConfig({ isForced: true });
      this.showChoice();
    }

    /** The live site is at another address: a manager says whether it moved or is a copy. */
    async answer({ params: { site, answer } }) {
      await wire.answerAddress(site, answer);
      await shareai.refreshConfig({ isForced: true });
      this.showChoice();
    }

    compare({ params: { view } }) {
      this.suggestion.isShowingChanges = view === 'changes';
      this.showResult('.shareai-toggle[aria-pressed="true"]');
    }

    /** Choices and answers inside the panel are no changes of the form. */
    keep() {
      if (this.state === 'options') options.remember(this.asked.slug, this.bodyTarget);
    }

    // Asking

    ask({ slug, route }) {
      this.asked = { slug, route };
      this.show('options', options.form(this.field, this.asked, `${this.element.id}-option`), options.CONTROL);
    }

    /** The click that costs, where the action has asked something before. */
    go() {
      if (!options.check(this.bodyTarget)) return;
      options.remember(this.asked.slug, this.bodyTarget);
      this.begin({ ...this.asked, options: options.read(this.bodyTarget) });
    }

    // Running

    start({ params: { slug, route } }) {
      if (this.isRunning) return;
      if (shareai.config.actions[slug].options) this.ask({ slug, route });
      else this.begin({ slug, route, options: {} });
    }

    async begin({ slug, route, options: answers }) {
      if (this.isRunning) return;
      const run = new Run(this.field, slug, route, answers);
      this.run = run;
      this.suggestion = null;
      run.onText = () => this.schedulePaint(run);
      this.show('running', results.running(run), '.shareai-working');
      announce(run.working);
      await this.follow(run, async () => {
        await shareai.refreshConfig();
        await run.prepare();
        return wire.perform(run.call);
      });
    }

    get isRunning() {
      return this.state === 'running' || this.state === 'stopping';
    }

    /** Waits for the outcome; what belongs to an earlier run is dropped. */
    async follow(run, ask) {
      try {
        const outcome = await ask();
        if (this.run === run && !run.abort.signal.aborted) this.succeed(run, outcome);
      } catch (error) {
        if (this.run === run && !run.abort.signal.aborted) this.fail(run, error);
      }
    }

    schedulePaint(run) {
      if (this.isPainting) return;
      this.isPainting = true;
      window.requestAnimationFrame(() => {
        this.isPainting = false;
        if (this.run === run && this.state === 'running') this.paint(run);
      });
    }

    paint(run) {
      const pane = this.bodyTarget.querySelector('.shareai-arriving');
      if (!pane || !run.partial) return;
      const isAtEnd = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 24;
      pane.replaceChildren(preview.show(run.partial));
      if (isAtEnd) pane.scrollTop = pane.scrollHeight;
    }

    suggest(run, value, { id = 0, mark = '', error = null } = {}) {
      const { original } = run.capture;
      const objection = this.objection(value);
      const marks = mark && `${mark} ${results.consequence(value, original)}`.trim();
      this.suggestion = { run, value, original, id, mark: marks, error, objection, isShowingChanges: run.isCompared };
      this.showResult();
    }

    /** Why the field cannot take the text, or nothing. */
    objection(value) {
      const content = preview.content(value);
      if (content.kind !== 'text') return '';
      return this.field.objection(content, { isAdded: value.kind === 'addition' });
    }

    succeed(run, outcome) {
      const mark = outcome.units ? 'incomplete_counted' : 'incomplete_free';
      this.suggest(run, outcome.result, {
        id: outcome.suggestion,
        mark: outcome.is_complete === false ? text(mark) : '',
      });
      announce(text('ready', { field: fields.label(this.wrapper) }));
    }

    fail(run, { error }) {
      const reason = error || wire.localError('unexpected').error;
      announce(`${reason.sentence} ${reason.remedy}`);
      if (run.partial && KEEPS_TEXT.has(reason.code)) {
        this.suggest(run, run.partial, { error: reason, mark: text('incomplete_free') });
        return;
      }
      this.show('error', results.failure(reason, run), '.shareai-notice');
      if (reason.retry_after) this.holdBack(reason.retry_after);
    }

    /** The server said when to come back. */
    holdBack(seconds) {
      const again = this.bodyTarget.querySelector('[data-action="shareai-panel#again"]');
      if (!again) return;
      again.disabled = true;
      window.setTimeout(() => {
        again.disabled = false;
      }, seconds * 1000);
    }

    async stop() {
      const { run } = this;
      if (this.state !== 'running') return;
      run.abort.abort();
      announce(text('stopped'));
      this.show('stopping', results.stopping(run), '.shareai-working');
      const outcome = await wire.afterStop(run.call);
      if (this.run === run) this.stopped(run, outcome);
    }

    /** `outcome` is the answer as far as it was counted, `null` when nothing was, `undefined` when unknown. */
    stopped(run, outcome) {
      if (outcome) {
        const mark = outcome.is_complete === false ? text('stopped_counted') : '';
        this.suggest(run, outcome.result, { id: outcome.suggestion, mark });
        return;
      }
      const note = text(outcome === null ? 'stopped_free' : 'stopped_unknown');
      announce(note);
      if (run.partial) this.suggest(run, run.partial, { mark: note });
      else this.showChoice(note);
    }

    /** Asks once more what became of a click whose answer was lost. */
    async check() {
      const { run } = this;
      this.show('running', results.running(run), '.shareai-working');
      await this.follow(run, () => wire.recover(run.call));
    }

    again() {
      const { run } = this;
      this.decide('discarded');
      this.begin(run);
    }

    /** To the questions where the action asked some: what was answered is still there. */
    back() {
      if (this.run?.hasOptions) this.ask(this.run);
      else this.showChoice();
    }

    choose() {
      this.showChoice();
    }

    // Deciding

    decide(decision) {
      const { id, run } = this.suggestion || {};
      return wire.decide(id, run?.target, decision);
    }

    /** The text that was chosen, where there are several. */
    get value() {
      const { value } = this.suggestion;
      if (value.kind !== 'alternatives') return value;
      const chosen = this.bodyTarget.querySelector('.shareai-alternatives input:checked');
      return { kind: 'text', text: value.items[chosen.value] };
    }

    accept() {
      const { field, suggestion, value } = this;
      const { capture } = suggestion.run;
      if (!field.isUnchanged(capture)) {
        suggestion.value = value;
        this.show('conflict', results.conflict(suggestion), '.shareai-notice');
        announce(text('conflict'));
        return;
      }
      if (value.kind === 'addition') field.add(value.addition, capture);
      else field.replace(value, capture);
      this.accepted(field);
    }

    append() {
      const { field } = this;
      field.append(preview.content(this.value));
      this.accepted(field);
    }

    async accepted(field) {
      const decided = this.decide('accepted');
      this.finish(text('accepted', { keys: shareai.dom.undoKeys() }), field);
      const refusal = await decided;
      if (!refusal) return;
      const note = [text('accepted_refused'), refusal.sentence, refusal.remedy].join(' ');
      this.dispatch('told', { detail: { note } });
      announce(note);
    }

    discard() {
      this.decide('discarded');
      this.finish(text('discarded'), null);
    }

    async copy() {
      await copy(preview.asText(this.value));
      announce(text('copied'));
    }

    finish(note, field) {
      this.showChoice();
      this.dispatch('close', { detail: { note, field } });
      announce(note);
    }

    close() {
      this.dispatch('close', { detail: {} });
    }
  }

  shareai.host.register('shareai-panel', PanelController);
})();
