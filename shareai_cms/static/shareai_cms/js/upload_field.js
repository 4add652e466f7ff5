/* The alternative text of an image that is not saved yet. What is sent is a small copy that the browser
 * makes of the file: the file itself may be larger than what the site's server takes in one request. */
(() => {
  'use strict';

  const { shareai } = window;

  /** In base64 well below the 2.5 MB that Django takes by default. */
  const MOST_BYTES = 1_500_000;
  const QUALITIES = [0.85, 0.6, 0.4];

  /** The file as pixels, upright; formats that the browser cannot show cannot be copied either. */
  async function pixels(file) {
    try {
      return await createImageBitmap(file);
    } catch {
      throw shareai.wire.localError('file_unreadable');
    }
  }

  function drawn(bitmap, edge) {
    const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d');
    // What is transparent becomes white, as on most pages.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  const jpeg = (canvas, quality) =>
    new Promise((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', quality);
    });

  function base64(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.split(',')[1]);
      reader.onerror = () => reject(shareai.wire.localError('file_unreadable'));
      reader.readAsDataURL(blob);
    });
  }

  async function smallCopy(file) {
    const bitmap = await pixels(file);
    const canvas = drawn(bitmap, shareai.config.images.edge);
    bitmap.close();
    for (const quality of QUALITIES) {
      const blob = await jpeg(canvas, quality);
      if (blob && blob.size <= MOST_BYTES) return base64(blob);
    }
    throw shareai.wire.localError('file_unreadable');
  }

  class UploadField extends shareai.TextField {
    capture() {
      const capture = super.capture();
      const [file] = this.entry.file.files;
      const prepare = async () => {
        if (!file) throw shareai.wire.localError('file_missing');
        capture.input.upload = await smallCopy(file);
      };
      return { ...capture, prepare };
    }
  }

  shareai.UploadField = UploadField;
})();
