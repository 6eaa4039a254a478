// Service worker: lets the installed app open without a network, and shows what is pushed while no window is open. It keeps
// the page and its own files, never /api.
const CACHE = 'parley-shell-3';
/** Words of the language that the page speaks, and answers that could not be sent; the page reads and writes them too. */
const WORDS = 'parley-words';
const REPLIES = 'parley-replies';
const KEPT = [CACHE, WORDS, REPLIES];
const SHELL = ['/manifest.webmanifest', '/icons/parley.svg', '/icons/parley-192.png'];
const SNOOZE_S = 900;
const ENGLISH = {
  someone: 'New message',
  unread: 'You have unread messages.',
  reply: 'Reply',
  read: 'Mark as read',
  snooze: 'Remind me in 15 minutes',
  notSent: 'Your answer is not sent yet',
  open: 'Open Parley to send it.',
  free: '{name} is available now',
  someoneFree: 'Somebody for whom you wait is available now',
};

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => !KEPT.includes(name)).map((name) => caches.delete(name))),
      )
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

self.addEventListener('push', (event) => {
  event.waitUntil(pushed(event.data));
});

self.addEventListener('notificationclick', (event) => {
  const { conversationId, seq, sideId } = event.notification.data ?? {};
  event.notification.close();
  if (sideId !== undefined) event.waitUntil(answerCall(sideId, event.action));
  else if (conversationId === undefined) event.waitUntil(open('/'));
  else event.waitUntil(clicked(event.action, event.reply, conversationId, seq));
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

async function pushed(data) {
  const content = read(data);
  if (content === undefined) return;
  const { type, conversationId, seq } = content;
  if (type === 'read') return await close(conversationId, seq);
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // Somebody sits in front of a window that tells of it by itself.
  if (windows.some((client) => client.focused)) return;
  if (type === 'free') return await showFree(content);
  await show(content);
  if (content.unread > 0) await self.navigator.setAppBadge?.(content.unread).catch(() => {});
}

function read(data) {
  try {
    const content = data.json();
    const { type, conversationId, userId } = content;
    const isKnown =
      type === 'free'
        ? typeof userId === 'string'
        : ['message', 'read'].includes(type) && typeof conversationId === 'string';
    return isKnown ? content : undefined;
  } catch {
    return undefined;
  }
}

async function words() {
  const kept = await caches.open(WORDS).then((cache) => cache.match('/words'));
  return { ...ENGLISH, ...(await kept?.json().catch(() => undefined)) };
}

/** One notification for each conversation: a newer message takes the place of an older one. */
async function show({ conversationId, seq, title, body }) {
  const say = await words();
  await self.registration.showNotification(title || say.someone, {
    body: title === '' ? say.unread : body,
    tag: conversationId,
    renotify: true,
    icon: '/icons/parley-192.png',
    badge: '/icons/parley-192.png',
    data: { conversationId, seq },
    actions: [
      { action: 'reply', type: 'text', title: say.reply, placeholder: say.reply },
      { action: 'read', title: say.read },
      { action: 'snooze', title: say.snooze },
    ],
  });
}

/** Under the tag that the page uses, too. */
async function showFree({ userId, title }) {
  const say = await words();
  await self.registration.showNotification(
    title ? say.free.replace('{name}', () => title) : say.someoneFree,
    {
      tag: `free ${userId}`,
      icon: '/icons/parley-192.png',
      badge: '/icons/parley-192.png',
    },
  );
}

async function close(conversationId, seq) {
  for (const notification of await self.registration.getNotifications({ tag: conversationId }))
    if ((notification.data?.seq ?? 0) <= seq) notification.close();
}

async function clicked(action, reply, conversationId, seq) {
  const text = (reply ?? '').trim();
  if (action === 'read') await answer({ conversationId, seq, answer: { kind: 'read' } });
  else if (action === 'snooze')
    await answer({ conversationId, seq, answer: { kind: 'snooze', snoozeS: SNOOZE_S } });
  else if (action === 'reply' && text !== '') await send(conversationId, seq, text);
  else await open(`/c/${encodeURIComponent(conversationId)}`, conversationId);
}

/** @returns whether the server took it. */
async function answer(body) {
  try {
    const session = await (await fetch('/api/v1/session')).json();
    const response = await fetch('/api/v1/alerts/answer', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-parley-csrf': session.csrf },
      body: JSON.stringify(body),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** What cannot be sent now waits for the page, which sends it under the same id: it is stored once. */
async function send(conversationId, seq, text) {
  const clientId = self.crypto.randomUUID();
  const cache = await caches.open(REPLIES);
  const key = `/replies/${clientId}`;
  await cache.put(key, new Response(JSON.stringify({ conversationId, text, clientId })));
  if (await answer({ conversationId, seq, answer: { kind: 'reply', text, clientId } })) {
    await cache.delete(key);
    return;
  }
  const say = await words();
  await self.registration.showNotification(say.notSent, {
    body: say.open,
    tag: `reply ${conversationId}`,
    icon: '/icons/parley-192.png',
    data: { conversationId, seq },
  });
}

/** The page makes calls, not this worker: it is brought to the front and told what was pressed. */
async function answerCall(sideId, action) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const client = windows.find(({ url }) => !new URL(url).pathname.startsWith('/console'));
  if (client === undefined) {
    await self.clients.openWindow('/');
    return;
  }
  client.postMessage({ type: 'call', sideId, action });
  if (action !== 'decline') await client.focus();
}

async function open(path, conversationId) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = windows.filter(({ url }) => !new URL(url).pathname.startsWith('/console'));
  const client = own.find((one) => one.visibilityState === 'visible') ?? own[0];
  if (client === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  client.postMessage({ type: 'open', conversationId });
  await client.focus();
}
