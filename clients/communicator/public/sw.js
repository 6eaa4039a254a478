// Service worker: lets the installed app open without a network. It keeps the page and its own files, never /api.
const CACHE = 'parley-shell-2';
const SHELL = ['/manifest.webmanifest', '/icons/parley.svg', '/icons/parley-192.png'];

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (/^\/(api|console|healthz|readyz)(\/|$)/.test(url.pathname)) return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (/^\/(assets|icons)\//.test(url.pathname)) event.respondWith(asset(request));
});

/** The page came before this worker did: it and what it loads at first are fetched once more, from the browser's cache. */
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL);
  await keepPage(cache, await fetch('/'));
  await self.skipWaiting();
}

/** The newest page if the server answers; else the last one seen, which is the same for every path. */
async function page(event) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(event.request);
    event.waitUntil(keepPage(cache, response.clone()).catch(() => {}));
    return response;
  } catch {
    return (await cache.match('/')) ?? Response.error();
  }
}

/** Keeps a page only together with everything that it needs to start. */
async function keepPage(cache, response) {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || !type.includes('text/html')) return;
  const html = await response.clone().text();
  const needed = Array.from(html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, path]) => path);
  const kept = await cache.keys();
  const isKept = (path) => kept.some(({ url }) => new URL(url).pathname === path);
  const missing = needed.filter((path) => !isKept(path));
  await cache.addAll(missing);
  await cache.put('/', response);
  if (missing.length > 0) await forgetOthers(cache, kept, needed);
}

/** Another build has come: what only the old one loaded goes. */
async function forgetOthers(cache, kept, needed) {
  const old = kept.filter(({ url }) => {
    const { pathname } = new URL(url);
    return pathname.startsWith('/assets/') && !needed.includes(pathname);
  });
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** Names of assets carry a hash of their content: what is kept is never stale. */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
