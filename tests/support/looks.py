"""What a browser is asked about a page."""

from __future__ import annotations

CONTRASTS = """() => {
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const below = e => { for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c.slice(0, 3) }
    return [255, 255, 255] };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let t; t = texts.nextNode();) if (t.data.trim()) {
    const e = t.parentElement, ink = numbers(getComputedStyle(e).color).slice(0, 3);
    const [a, b] = [light(ink), light(below(e))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 80)]) }
  return found.sort((x, y) => x[0] - y[0]) }"""
"""The contrast of every text to what is behind it, the worst first, with its element."""
