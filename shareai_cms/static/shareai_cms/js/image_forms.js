/* Forms of the image library that come and go: one for each uploaded file, and those of the chooser that
 * opens above an editor. Each is about an image of its own. */
(() => {
  'use strict';

  const { shareai } = window;
  const { fields } = shareai;

  const UPLOAD = 'image-chooser-upload-';
  const INSERTION = 'image-chooser-insertion-';

  const named = (form, name) => form.elements.namedItem(name);

  /** `/admin/images/multiple/5/` is about the image 5, and so is `/admin/images/chooser/5/select_format/`. */
  const idOf = (form, place = -1) => new URL(form.action).pathname.split('/').filter(Boolean).at(place);

  /** What the chooser is opened for: it says whose right counts and who pays. */
  function around() {
    const { type, id, parent } = shareai.config.target;
    return [type, id, parent].join(':');
  }

  function offer(form, prefix, { id = '', parent = '', name = '', file = null }) {
    const { type, fields: entries } = shareai.config.images;
    for (const entry of entries) {
      const input = named(form, prefix + (name || entry.name));
      const target = { type, id, parent, field: name || entry.name };
      const label = name ? '' : entry.label;
      if (input) fields.add(input, { ...entry, label, target, file, adapter: file && 'UploadField' });
    }
  }

  /** A form that was not seen before, by the names of what it asks for. */
  function adopt(form) {
    const file = named(form, `${UPLOAD}file`);
    if (file) offer(form, UPLOAD, { parent: around(), file });
    else if (named(form, `${INSERTION}alt_text`)) {
      offer(form, INSERTION, { id: idOf(form, -2), parent: around(), name: 'alt_text' });
    } else if (form.closest('#upload-list') && named(form, `image-${idOf(form)}-title`)) {
      offer(form, `image-${idOf(form)}-`, { id: idOf(form) });
    }
  }

  /** Looks for forms in an element now and whenever something is added to it. */
  function watch(element) {
    const look = () => element.querySelectorAll('form').forEach(adopt);
    new MutationObserver(look).observe(element, { childList: true, subtree: true });
    look();
  }

  /** The form for one new image is the page's own. */
  function watchNew(form) {
    const file = named(form, 'file');
    if (file && !shareai.config.target.id) offer(form, '', { file });
  }

  shareai.images = { watch };
  if (shareai.form.matches('#upload-list')) watch(shareai.form);
  else if (shareai.config.images?.type === shareai.config.target.type) watchNew(shareai.form);
})();
