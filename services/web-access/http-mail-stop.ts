// The page behind the link at the end of a mail: it asks before it ends these mails, because mail scanners open links, and
// takes the one-click POST of mail programs (RFC 8058 §3.2). No sign-in, no script.
import type { Bus } from '@parley/platform/bus';
import { type Routes, sendFault, signedLink } from '@parley/platform/web';
import { Type } from 'typebox';
import { alertErrors, STOP_PATH, STOP_STYLE_PATH, stopMail } from '../alerts/contract.ts';

const BODY_LIMIT_BYTES = 4 * 1024;
const rate = { rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
const querystring = Type.Object({ token: Type.String({ maxLength: 300 }) });

const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 "Segoe UI", system-ui, sans-serif; margin: 0; padding: 12vh 1rem 1rem; background: light-dark(#f3f2ef, #161b1c); color: light-dark(#1d2425, #f1f4f4); }
main { box-sizing: border-box; max-width: 30rem; margin: 0 auto; padding: 1.5rem 2rem 2rem; border-radius: 12px; background: light-dark(#fff, #20282a); }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
p { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; min-height: 44px; padding: 0 1.25rem; border: 1px solid transparent; border-radius: 6px; background: light-dark(#0f766e, #5cc4b8); color: light-dark(#fff, #0c1716); cursor: pointer; }
button:focus-visible { outline: 2px solid; outline-offset: 2px; }
`;

export function declareMailStop(routes: Routes, bus: Bus): void {
  routes.get(STOP_STYLE_PATH, { schema: { hide: true }, config: rate }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(STYLE),
  );
  const tags = ['Alerts'];
  routes.get(
    STOP_PATH,
    {
      schema: { tags, summary: 'The page that asks whether to end the mail of unread messages', querystring },
      config: rate,
    },
    async (request, reply) => {
      const asked = await bus.call(stopMail, { token: request.query.token, stop: false });
      if (!asked.ok) return sendFault(reply, asked.fault, alertErrors.table);
      return reply.type('text/html; charset=utf-8').send(asked.value.page);
    },
  );
  void routes.register(async (posting: Routes) => {
    // The body says nothing that the address does not say.
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data'])
      posting.addContentTypeParser(
        type,
        { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
        (_request, _body, next) => next(null, undefined),
      );
    posting.post(
      STOP_PATH,
      {
        schema: {
          tags,
          summary: 'End the mail of unread messages, in one click (RFC 8058 §3.2)',
          querystring,
        },
        config: { ...rate, ...signedLink },
      },
      async (request, reply) => {
        const stopped = await bus.call(stopMail, { token: request.query.token, stop: true });
        if (!stopped.ok) return sendFault(reply, stopped.fault, alertErrors.table);
        return reply.type('text/html; charset=utf-8').send(stopped.value.page);
      },
    );
  });
}
