/* The drawings that only an open panel needs. */
(() => {
  'use strict';

  Object.assign(window.shareai.host.drawings, {
    'cross': '|M3.5 3.5l9 9M12.5 3.5l-9 9',
    'warning': '|M8 2L1.5 13.5h13zM8 6.5v3.5M8 11.5v.5',
    'info-circle': '|M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM8 7.5v4M8 4.5v.5',
    'success': '|M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM5 8l2.2 2.2L11 6',
    'spinner': '|M8 2a6 6 0 1 1-6 6',
    'title': '|M3 4.5v-1.5h10v1.5M8 3v10M6 13h4',
    'edit': '|M2.5 13.5l.7-3L10.5 3.2l2.3 2.3L5.5 12.8z',
    'doc-full': '|M4 1.5h8v13H4zM6 5h4M6 8h4M6 11h2.5',
    'globe': '|M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM1.5 8h13M8 1.5c-4 4-4 9 0 13c4-4 4-9 0-13',
    'list-ul': '|M2.5 4h.5M6 4h7.5M2.5 8h.5M6 8h7.5M2.5 12h.5M6 12h7.5',
    'plus': '|M8 3v10M3 8h10',
    'minus': '|M3 8h10',
    'cut': '|M4 4.5a2 2 0 1 0 .1 0M4 7.5l9.5 6M4 8.500a2 2 0 1 0 .1 0M4 8.500l9.5-6',
    'glasses': '|M4 7a2.5 2.5 0 1 0 .1 0M12 7a2.5 2.5 0 1 0 .1 0M6.5 9.500h3M1.5 9.500l2-6M14.5 9.500l-2-6',
    'sliders': '|M2 4.500h12M2 8h12M2 11.500h12M5 3v3M11 6.500v3M7 10v3',
    'expand-right': '|M2.5 3v10M5.500 8h8M10 4.500l3.500 3.500l-3.500 3.500',
    'arrow-right': '|M6 3.500l4.500 4.500l-4.500 4.500',
    'draft': '|M4 1.500h5.500l3 3v10h-8.500zM6.500 11.500l4-4',
    'image': '|M2 3h12v10h-12zM2 11l3.500-3.500l3 3l2.500-2.500l3 3',
    'check': '|M3 8.5l3.5 3.5L13 4.5',
    'search': '|M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM10.5 10.5l3.5 3.5',
  });
})();
