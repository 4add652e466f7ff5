/* Saves what is in the form as a draft, through Wagtail's autosave where it is on and otherwise as that would. */
(() => {
  'use strict';

  const { shareai } = window;
  const { form } = shareai;

  const MOST_SECONDS = 30;
  /** Who goes on typing while the draft is saved gets it saved again, but not for ever. */
  const MOST_ROUNDS = 4;
  /** Draftail writes into the form a quarter of a second after the last key. */
  const SETTLING = 300;

  const wait = (milliseconds) => new Promise((resolve) => window.setTimeout(resolve, milliseconds));

  const controller = (name) => window.wagtail.app.getControllerForElementAndIdentifier(form, name);

  const comparable = (value) => (typeof value === 'string' ? value : `${value.name} ${value.size} ${value.lastModified}`);

  /** Which revision it is about: said anew with every saving. */
  const isRevision = ([name]) => /^(overwrite|loaded)_revision_/.test(name);

  /** What a person can change of form data, as text. */
  const written = (data) =>
    JSON.stringify(
      Array.from(data)
        .filter((entry) => !isRevision(entry))
        .map(([name, value]) => [name, comparable(value)]),
    );

  /** Wagtail takes what was typed in the first two seconds for what was there before. */
  function hasChanges() {
    const unsaved = controller('w-unsaved');
    const isKnown = unsaved?.initialFormData && !unsaved.forceValue && !shareai.isTouched;
    return !isKnown || unsaved.formData !== unsaved.initialFormData;
  }

  /** Resolves with what was sent. A save that is under way already does not count: ours comes after it. */
  function byAutosave(autosave) {
    let sent = null;
    let stop = null;
    return new Promise((resolve, reject) => {
      const listeners = {
        'w-autosave:save': ({ detail }) => (sent = detail.formData),
        'w-autosave:success': () => sent && resolve(sent),
        'w-autosave:error': ({ detail }) => sent && reject(new Error(detail.type)),
      };
      for (const [type, listen] of Object.entries(listeners)) form.addEventListener(type, listen);
      const timer = window.setTimeout(() => reject(new Error('timeout')), MOST_SECONDS * 1000);
      stop = () => {
        window.clearTimeout(timer);
        for (const [type, listen] of Object.entries(listeners)) form.removeEventListener(type, listen);
      };
      autosave.save(new Event('shareai:leave'));
    }).finally(() => stop());
  }

  let revision = '';

  function follow({ revision_id: id, revision_created_at: at, field_updates: updates = {}, url }) {
    revision = id || revision;
    const values = { ...updates, loaded_revision_id: id, loaded_revision_created_at: at };
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (field && value) field.value = value;
    }
    if (!url) return;
    // A field named `action` stands in the way of the property.
    form.setAttribute('action', url);
    window.history.replaceState(null, '', url);
  }

  async function byRequest() {
    const sent = new FormData(form);
    if (revision) sent.set('overwrite_revision_id', revision);
    const response = await fetch(form.getAttribute('action') || '', {
      method: 'POST',
      body: sent,
      headers: { ...shareai.host.csrf(), Accept: 'application/json' },
      signal: AbortSignal.timeout(MOST_SECONDS * 1000),
    });
    const answer = await response.json();
    if (!answer.success) throw new Error(answer.error_code);
    follow(answer);
    return sent;
  }

  function send() {
    const autosave = controller('w-autosave');
    if (!autosave) return byRequest();
    // It gave up, as when somebody else has saved a newer version.
    if (!autosave.activeValue) throw new Error('inactive');
    return byAutosave(autosave);
  }

  /** Throws when something of the form would be lost. */
  async function save() {
    await wait(SETTLING);
    if (!hasChanges()) return;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const sent = await send();
      if (written(sent) === written(new FormData(form))) return;
    }
    throw new Error('unsettled');
  }

  shareai.drafts = { save, hasChanges };
})();
