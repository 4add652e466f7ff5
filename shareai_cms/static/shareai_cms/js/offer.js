/* "Buy more" for people who may buy, "Ask for more" for the others, wherever a panel says that few or no
 * units are left. What became of a click is the same in every panel of the page. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, icon, text, announce } = shareai.dom;

  /** `leaving` is the attempt under way to leave the form, if there is one. */
  const state = { leaving: null, isAsking: false, isAsked: false, isElsewhere: false, note: '' };

  /** Every offer on the page shows it; a sentence is also read out. */
  function change(values) {
    Object.assign(state, values);
    if (values.note) announce(values.note);
    document.dispatchEvent(new CustomEvent('shareai:offer'));
  }

  const isOurs = (url) => new URL(url, window.location.href).origin === window.location.origin;

  /** Whether one can go and come back in this tab: the form keeps drafts, and the shop is on this site. */
  const isLeaving = (shop) => Boolean(shareai.config.drafts) && !state.isElsewhere && isOurs(shop);

  /** In a new tab there is no way back: it would lead to a second form. */
  function withoutReturn(shop) {
    const url = new URL(shop, window.location.href);
    url.searchParams.delete('next');
    return url.href;
  }

  const calls = (method) => ({ 'data-action': `shareai-offer#${method}` });

  function buy(shop, className) {
    const isElsewhere = !isLeaving(shop);
    return el(
      'a',
      {
        class: className,
        href: withoutReturn(shop),
        target: isElsewhere && '_blank',
        rel: isElsewhere && 'noopener',
        ...calls('buy'),
      },
      text('buy_more'),
      isElsewhere && el('span', { class: 'w-sr-only' }, ` ${text('new_tab')}`),
    );
  }

  const ask = (className) =>
    el('button', { type: 'button', class: className, disabled: state.isAsking || state.isAsked, ...calls('ask') }, text('ask_more'));

  const stay = () =>
    el('button', { type: 'button', class: 'button button-small button-secondary', ...calls('stay') }, text('stop'));

  const saving = () => [
    el('span', { class: 'shareai-working', tabindex: '-1' }, icon('spinner'), text('saving_draft')),
    stay(),
  ];

  function content(isProminent, shop) {
    if (state.leaving) return saving();
    const look = isProminent ? 'button button-small' : 'shareai-buy';
    return [shop ? buy(shop, look) : ask(look), state.note && el('span', { class: 'shareai-offer__note' }, state.note)];
  }

  /** What this person can do to get more, or nothing. `refused` is the run that there were no units for, `shop` where
   * those are sold that were missing: by default the ones that this form takes. */
  function offer({ isProminent = false, refused = null, shop = shareai.config.topup_url } = {}) {
    const { ask_url: asks } = shareai.config;
    if (!shop && !(asks && isProminent)) return null;
    return el(
      'span',
      {
        'class': `shareai-offer${isProminent ? ' shareai-offer--prominent' : ''}`,
        'data-controller': 'shareai-offer',
        'data-action': 'shareai:offer@document->shareai-offer#draw',
        'data-slug': refused?.slug,
        'data-route': refused?.route,
        'data-shop': shop,
      },
      content(isProminent, shop),
    );
  }

  let leaving = null;

  function loadLeaving() {
    leaving ||= shareai.load(shareai.config.assets.leave).catch((error) => {
      leaving = null;
      throw error;
    });
    return leaving;
  }

  /** The draft could not be saved, so this tab keeps what is in it. */
  function openElsewhere(shop) {
    const tab = window.open(withoutReturn(shop), '_blank');
    if (tab) tab.opener = null;
    shareai.refill.expect();
    change({ leaving: null, isElsewhere: !tab, note: text(tab ? 'draft_failed' : 'draft_blocked') });
  }

  class OfferController extends shareai.host.Controller {
    get isProminent() {
      return this.element.classList.contains('shareai-offer--prominent');
    }

    draw() {
      const hadFocus = this.element.contains(document.activeElement);
      this.element.replaceChildren(...content(this.isProminent, this.element.dataset.shop).filter(Boolean));
      if (hadFocus) this.element.querySelector('[tabindex], a, button:enabled')?.focus();
    }

    buy(event) {
      const isNewTab = !isLeaving(this.element.dataset.shop) || event.ctrlKey || event.metaKey || event.shiftKey;
      if (!isNewTab) {
        event.preventDefault();
        this.leave();
        return;
      }
      shareai.refill.expect();
      // The link that is followed stays where it is until it was.
      window.setTimeout(() => change({ isElsewhere: false, note: text('kept_here') }));
    }

    async leave() {
      if (state.leaving) return;
      const attempt = {};
      change({ leaving: attempt, note: text('saving_draft') });
      // What stands in a panel may be drawn anew meanwhile; whoever closed the panel went on working.
      const panel = this.element.closest('.shareai-panel, [data-shareai-side]');
      const { slug, route, shop } = this.element.dataset;
      const isWanted = () => state.leaving === attempt && panel.checkVisibility();
      try {
        await loadLeaving();
        const hasLeft = await shareai.leave({ panel, slug, route, shop, isWanted });
        if (hasLeft) return;
      } catch {
        if (isWanted()) openElsewhere(shop);
      }
      // Stopped, or the panel was closed.
      if (state.leaving === attempt) change({ leaving: null, note: '' });
    }

    stay() {
      change({ leaving: null, note: text('stopped') });
    }

    async ask() {
      if (state.isAsking || state.isAsked) return;
      change({ isAsking: true, note: '' });
      try {
        change({ isAsked: true, note: await shareai.wire.askForMore() });
      } catch ({ error }) {
        change({ note: error ? `${error.sentence} ${error.remedy}` : text('ask_failed') });
      }
      change({ isAsking: false });
    }
  }

  // What was said of buying is over once there are units.
  document.addEventListener('shareai:usage', ({ detail }) => {
    if (detail?.hasArrived) Object.assign(state, { isAsked: false, note: '' });
  });

  shareai.offer = offer;
  shareai.host.register('shareai-offer', OfferController);
})();
