// What can be seen to be wrong on a page: findings of axe, sideways scrolling, controls out of reach, untranslated words.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Findings of axe in a page that has come to rest. */
export async function axeFindings(
  page: Page,
  { except = [] }: { readonly except?: readonly string[] } = {},
): Promise<string[]> {
  await atRest(page);
  await page.evaluate(`(() => { if (!('axe' in globalThis)) { ${axe.source} } })()`);
  const rules = JSON.stringify(Object.fromEntries(except.map((rule) => [rule, { enabled: false }])));
  // Fluent's focus keeper: they take the focus at the edge of a dialog and pass it on at once.
  const context = `{ exclude: [['[data-tabster-dummy]']] }`;
  return page.evaluate(`axe.run(${context}, { resultTypes: ['violations'], rules: ${rules} }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) => nodes.flatMap(({ html, any, all, none }) => {
      // A tooltip is read with what it describes, which stands in a landmark.
      if (id === 'region' && /^<[^>]*role="tooltip"/.test(html)) return [];
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return id + ': ' + help + ' — ' + html.slice(0, 200) + ' — ' + why;
    })))`);
}

/** What scrolls sideways, and controls that stand outside of the window. */
export async function sidewaysFindings(page: Page): Promise<string[]> {
  await atRest(page);
  return page.evaluate(`(() => {
    const nameOf = (element) => element.outerHTML.slice(0, 160);
    const found = [];
    for (const element of document.querySelectorAll('*')) {
      const { overflowX, visibility } = getComputedStyle(element);
      const isPage = element === document.scrollingElement;
      const wider = element.scrollWidth - element.clientWidth;
      if (wider > 1 && (isPage || (/auto|scroll/.test(overflowX) && element.tagName !== 'TEXTAREA')))
        found.push('scrolls sideways by ' + wider + ' px: ' + nameOf(element));
      if (!element.matches('button, a, input, select, textarea, [role=button], [role=tab], [role=treeitem], [role=option]')) continue;
      const { left, right, width, height } = element.getBoundingClientRect();
      if (visibility === 'hidden' || width < 2 || height < 2 || element.closest('[aria-hidden=true]')) continue;
      if (left < -1 || right > innerWidth + 1)
        found.push('stands outside (' + Math.round(left) + ' to ' + Math.round(right) + ' px): ' + nameOf(element));
    }
    return found;
  })()`);
}

/** Every text that somebody can see or hear on the page, without those in which words are not prose. */
export async function textsOf(page: Page): Promise<string[]> {
  await atRest(page);
  return page.evaluate(`(() => {
    const skipped = 'script, style, noscript, code, kbd, time, [lang]:not(html)';
    const texts = new Set([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (data.trim() === '' || parentElement.closest(skipped) !== null) continue;
      if (parentElement.checkVisibility()) texts.add(data.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
      if (element.closest(skipped) !== null || !element.checkVisibility()) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        const text = element.getAttribute(name)?.trim() ?? '';
        if (text !== '') texts.add(text);
      }
    }
    return [...texts];
  })()`);
}

/** Every picture that is in view is there. */
export async function picturesShown(page: Page): Promise<void> {
  await page.evaluate(`Promise.all([...document.images]
    .filter((image) => { const { top, bottom } = image.getBoundingClientRect(); return bottom > 0 && top < innerHeight; })
    .map((image) => image.decode().catch(() => undefined))).then(() => undefined)`);
}

/** Nothing moves any more but what moves for ever. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = () => document.getAnimations().filter(({ playState, effect }) =>
      playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime));
    do {
      await Promise.all(moving().map((animation) => animation.finished.catch(() => undefined)));
      // What a change of size, of the theme or of the data sets off begins with the next frames.
      await frame();
      await frame();
    } while (moving().length > 0);
  })()`);
}
