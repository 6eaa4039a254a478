// Service worker: lets the installed app open without a network. It keeps the page and its own files, never /api.
const CACHE = 'parley-shell-1';
const SHELL = ['/', '/manifest.webmanifest', '/icons/parley.svg', '/icons/parley-192.png'];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL))
      .then(() => self.skipWaiting()),
  );
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
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (/^\/(assets|icons)\//.test(url.pathname)) event.respondWith(asset(request));
});

/** The newest page if the server answers; else the last one seen, which is the same for every path. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && type.includes('text/html')) {
      await cache.put('/', response.clone());
      await forgetOldAssets(cache, await response.clone().text());
    }
    return response;
  } catch {
    return (await cache.match('/')) ?? Response.error();
  }
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

/** After an update the entry has another name: everything kept for the old one goes. */
async function forgetOldAssets(cache, html) {
  const entry = html.match(/\/assets\/[^"]+\.js/)?.[0];
  const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith('/assets/'));
  if (entry === undefined || kept.length === 0 || kept.some(({ url }) => url.endsWith(entry))) return;
  await Promise.all(kept.map((request) => cache.delete(request)));
}
