// The API described from its routes: OpenAPI 3.1 at /api/openapi.json, and a page to browse it at /api/docs with every
// asset of its own.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { CSRF_HEADER } from './csrf.ts';
import { Problem } from './web-errors.ts';
import type { Routes } from './web-server.ts';

export const DOCS_PREFIX = '/api/docs';

export async function describeApi(routes: Routes, version: string): Promise<void> {
  await routes.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Parley',
        version,
        description:
          'Everything that the pages of Parley do over HTTP. Read GET /api/v1/session first: it gives the token that ' +
          'every POST, PUT, PATCH and DELETE repeats in the header x-parley-csrf. Faults are problem details (RFC 9457 §3).',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: {
            type: 'apiKey',
            in: 'header',
            name: CSRF_HEADER,
            description: 'From GET /api/v1/session.',
          },
        },
      },
      security: [{ token: [] }],
    },
    hideUntagged: true,
    transform: ({ schema, url }) => ({ schema: withProblem(schema ?? {}), url }),
  });
  await routes.register(swaggerUi, {
    routePrefix: DOCS_PREFIX,
    theme: { title: 'Parley API' },
    uiConfig: { layout: 'BaseLayout', deepLinking: false, docExpansion: 'list', validatorUrl: null },
  });
  routes.get('/api/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.send(routes.swagger()),
  );
}

/** Every operation may answer with a problem; saying it here spares every route from repeating it. */
function withProblem<S extends { readonly response?: unknown }>(schema: S): S {
  const problem = {
    description: 'What went wrong, and what to do.',
    content: { 'application/problem+json': { schema: Problem } },
  };
  return { ...schema, response: { ...(schema.response ?? {}), default: problem } };
}
