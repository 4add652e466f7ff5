/* Opens the panel of a field from elsewhere on the page, wherever Wagtail hides that field. */
(() => {
  'use strict';

  const { shareai } = window;
  const { fields } = shareai;

  /** Frames to wait for a panel to be built and connected. */
  const MOST_FRAMES = 60;

  const nextFrame = () => new Promise((resolve) => window.requestAnimationFrame(resolve));

  /** Wagtail hides fields in tabs and folds sections up; on a narrow screen the side panels cover them all. */
  function reveal(wrapper) {
    const tab = wrapper.closest('[role="tabpanel"]');
    if (tab?.hidden) document.querySelector(`[role="tab"][aria-controls="${tab.id}"]`)?.click();
    for (let at = wrapper; at; at = at.parentElement) {
      if (at.matches('[data-panel]')) at.querySelector('[data-panel-toggle][aria-expanded="false"]')?.click();
    }
    const side = document.querySelector('[data-form-side]');
    if (side && side.getBoundingClientRect().width > window.innerWidth / 2) {
      document.querySelector('[data-form-side-close-button]')?.click();
    }
  }

  /** Stimulus connects what was added, and then what that shows, each a moment later. */
  async function built(panel) {
    for (let frames = 0; frames < MOST_FRAMES; frames += 1) {
      if (panel.querySelector('.shareai-panel__body > *')) break;
      await nextFrame();
    }
    await nextFrame();
  }

  /** The panel of the field in this wrapper, open and in view. */
  async function open(wrapper) {
    reveal(wrapper);
    wrapper.scrollIntoView({ block: 'center' });
    const field = window.wagtail.app.getControllerForElementAndIdentifier(wrapper, 'shareai-field');
    await field.open();
    await built(field.panel);
    return field.panel;
  }

  /** Which field it is, for a later load of the same form: blocks are numbered anew there, but keep their ids. */
  function placeOf(wrapper) {
    const ids = [];
    for (let at = wrapper; (at = at?.closest('[data-contentpath]')); at = at.parentElement) {
      ids.unshift(at.dataset.contentpath);
    }
    return { ids: ids.join('.'), name: fields.address(fields.of(wrapper)).path };
  }

  /** The wrapper that was remembered; nothing while its field is not there. */
  function find({ ids, name }) {
    const wrappers = fields.all().map(([wrapper]) => wrapper);
    const fitting = wrappers.filter((wrapper) => placeOf(wrapper).ids === ids);
    return fitting.find((wrapper) => placeOf(wrapper).name === name) || fitting[0];
  }

  shareai.opening = { open, placeOf, find };
})();
