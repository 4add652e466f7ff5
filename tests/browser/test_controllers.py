"""Django's admin has no Stimulus: what stands in for it does what Wagtail's own does, step by step."""

from __future__ import annotations

from typing import Any

from tests.browser.editor import Editor
from tests.browser.test_weight import STATIC

SHIM = STATIC / "js" / "django_admin" / "controllers.js"

#: One story, told to either; each step waits until observers have run.
STORY = """async ({ Controller, register }) => {
  const log = [];
  const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
  const root = document.createElement('div');
  document.body.append(root);

  class Probe extends Controller {
    static targets = ['item', 'lonely'];
    initialize() { log.push(`${this.element.id} initialize`); }
    connect() { log.push(`${this.element.id} connect`); }
    disconnect() { log.push(`${this.element.id} disconnect`); }
    note({ type, params, detail }) { log.push([this.element.id, type, params, detail ?? null]); }
    bad({ type }) { log.push(`${this.element.id} unwanted ${type}`); }
    tell() {
      const event = this.dispatch('told', { detail: { word: 'fog' } });
      log.push([event.type, event.bubbles, event.cancelable, event.target === this.element]);
    }
    count() {
      let missing = '';
      try { this.lonelyTarget; } catch (error) { missing = error.message.split('for')[0].trim(); }
      log.push([this.itemTargets.map(({ id }) => id), this.itemTarget.id, missing]);
      log.push([this.hasItemTarget, this.hasLonelyTarget]);
    }
  }
  const make = (html) => {
    const frame = document.createElement('div');
    frame.innerHTML = html;
    return frame.firstElementChild;
  };
  const click = async (id) => { document.getElementById(id).click(); await settle(); };
  const key = async (id, key, more = {}) => {
    document.getElementById(id).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }));
    await settle();
  };

  const early = make(`<section id="early" data-controller="probe"></section>`);
  root.append(early);
  register('probe', Probe);
  await settle();

  const outer = make(`<section id="outer" data-controller="probe"
      data-action="probe:told->probe#note keydown.esc->probe#note plain->probe#note fog@document->probe#note">
    <button id="say" data-action="probe#tell"></button>
    <button id="count" data-action="probe#count"></button>
    <a id="link" data-action="probe#note:prevent" href="#away"
       data-probe-slug-param="rewrite" data-probe-site-id-param="7" data-probe-is-open-param="true"></a>
    <input id="typed" data-action="probe#note">
    <i id="one" data-probe-target="item"></i>
    <div id="inner" data-controller="probe" data-action="click->probe#note:self">
      <i id="two" data-probe-target="item"></i>
      <button id="stopped" data-action="click->probe#note:stop"></button>
    </div>
  </section>`);
  outer.addEventListener('click', ({ target }) => target.id === 'stopped' && log.push('not stopped'));
  root.append(outer);
  await settle();
  for (const id of ['say', 'count', 'link', 'stopped', 'inner', 'one']) await click(id);
  log.push(location.hash);
  document.getElementById('typed').dispatchEvent(new Event('input', { bubbles: true }));
  document.getElementById('typed').dispatchEvent(new Event('change', { bubbles: true }));
  await key('typed', 'Escape');
  await key('typed', 'Escape', { ctrlKey: true });
  await key('typed', 'Enter');
  outer.dispatchEvent(new CustomEvent('plain', { detail: { word: 'tide' } }));
  document.dispatchEvent(new CustomEvent('fog'));

  log.push('-- attributes');
  root.append(make(`<section id="late"></section>`));
  await settle();
  const late = document.getElementById('late');
  late.setAttribute('data-action', 'ping->probe#note');
  late.setAttribute('data-controller', 'unknown probe');
  await settle();
  late.dispatchEvent(new CustomEvent('ping'));
  late.setAttribute('data-action', 'pong->probe#note');
  await settle();
  late.dispatchEvent(new CustomEvent('ping'));
  late.dispatchEvent(new CustomEvent('pong'));
  late.removeAttribute('data-controller');
  await settle();
  late.dispatchEvent(new CustomEvent('pong'));

  log.push('-- moving and leaving');
  root.prepend(outer);
  await settle();
  await click('say');
  outer.remove();
  await settle();
  document.dispatchEvent(new CustomEvent('fog'));
  root.append(outer);
  await settle();
  document.dispatchEvent(new CustomEvent('fog'));
  root.remove();
  await settle();
  return log;
}"""

STIMULUS = """() => {
  const { Application, Controller } = window.StimulusModule;
  const application = Application.start();
  application.handleError = (error) => { throw error; };
  return (%s)({ Controller, register: (name, controller) => application.register(name, controller) });
}"""


class TestTheControllersOfDjangosAdmin:
    def test_do_what_stimulus_does(self, editor: Editor) -> None:
        editor.go("reports/locked/")
        wanted: list[Any] = editor.page.evaluate(STIMULUS % STORY)
        # In a page of its own: either would see to what the other has made.
        editor.go("reports/locked/")
        editor.page.evaluate(f"() => {{ window.shareai = {{}}; {SHIM.read_text()} }}")
        found: list[Any] = editor.page.evaluate(f"() => ({STORY})(window.shareai.controllers)")
        assert len(wanted) > 30
        assert found == wanted
