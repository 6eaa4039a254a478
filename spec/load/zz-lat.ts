import { foundOrganisation } from './organisation.ts';
import { startProduct, DOMAIN, PASSWORD } from './product.ts';
import { WebUser } from '../cast/web-user.ts';
import { Chromium } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { median, percentile } from './figures.ts';
const org = await foundOrganisation();
{
  await using product = await startProduct(org.data);
  { const a = await WebUser.signIn(product.origin, `alice@${DOMAIN}`, PASSWORD);
    const b = await WebUser.signIn(product.origin, `bob@${DOMAIN}`, PASSWORD);
    const c = await a.conversationWith(b.userId); const ms: number[] = []; const ack: number[] = [];
    for (let i = 0; i < 200; i++) { const t = performance.now(); const s = a.send(c, `w${i}`); s.then(() => ack.push(performance.now() - t)); await b.hears(`w${i}`); ms.push(performance.now() - t); await s; await new Promise(r => setTimeout(r, 55)); }
    console.log('ws only p50', median(ms), 'p99', percentile(ms, .99), 'ack', median(ack)); await a[Symbol.asyncDispose](); await b[Symbol.asyncDispose](); }
  await using chromium = await Chromium.start();
  const HOOK = `window.W = { sent: [], got: [], painted: [] , keys: [], mut: []};
   const WS = WebSocket; const osend = WS.prototype.send; WS.prototype.send = function (d) { if (String(d).includes('im.send')) W.sent.push(Date.now()); return osend.call(this, d); };
   const add = WS.prototype.addEventListener; 
   window.WebSocket = class extends WS { constructor(...a) { super(...a); add.call(this, 'message', (e) => { const s = String(e.data); if (s.includes('"type":"message"')) W.got.push(Date.now()); }); } };
   document.addEventListener('keydown', (e) => e.key === 'Enter' && W.keys.push(Date.now()), true);
   document.addEventListener('DOMContentLoaded', () => { let last=''; new MutationObserver(() => { const a = document.querySelectorAll('[role=log] article p[dir=auto]'); const t = a[a.length-1]?.textContent ?? ''; if (t !== last && t.startsWith('message ')) { last = t; W.mut.push(Date.now()); requestAnimationFrame(() => requestAnimationFrame(() => W.painted.push(Date.now()))); } }).observe(document.body, { childList: true, subtree: true, characterData: true }); });`;
  const open = async (name: string) => { const { page } = await chromium.watchedWindow(product.origin); await page.addInitScript({ content: HOOK }); return CommunicatorPage.signIn(page, { address: `${name}@${DOMAIN}`, password: PASSWORD }); };
  const alice = await open('alice'); const bob = await open('bob');
  await alice.opens('Bob Baker'); await alice.says('first'); await bob.tab('Chats').click(); await bob.chat('Alice Adler').click(); await bob.hears('first');
  const base = { a: await alice.page.evaluate<any>('W'), b: await bob.page.evaluate<any>('W') };
  for (let i = 0; i < 100; i++) { await alice.says(`message ${i}`); await new Promise(r => setTimeout(r, Number(process.argv[2] ?? 300))); }
  const A: any = await alice.page.evaluate('W'); const B: any = await bob.page.evaluate('W');
  const cut = (x: number[], y: number[]) => x.slice(y.length);
  const k = cut(A.keys, base.a.keys), s = cut(A.sent, base.a.sent), g = cut(B.got, base.b.got), m = cut(B.mut, base.b.mut), p = cut(B.painted, base.b.painted);
  console.log(k.length, s.length, g.length, m.length, p.length);
  const d = (x: number[], y: number[], n: string) => { const v = y.map((t, i) => t - x[i]!); console.log(n, 'p50', median(v), 'p99', percentile(v, .99)); };
  d(k, s, 'key→send'); d(s, g, 'send→got'); d(g, m, 'got→mutation'); d(m, p, 'mutation→painted'); d(k, p, 'total');
}
await org[Symbol.asyncDispose]();
