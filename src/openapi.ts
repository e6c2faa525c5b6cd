import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { findKey, presentedKey } from './common/guards/api-key-check.js';
import { PUBLIC_OPERATION } from './common/guards/public.decorator.js';
import { UnauthenticatedError } from './common/errors.js';
import { PROBLEM_CONTENT_TYPE } from './common/problem.js';
import { AppConfig } from './config/app-config.js';
import { productVersion } from './start/version.js';

const DOCS_PATH = /^\/docs(?:[/?-]|$)/;

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'What went wrong (RFC 9457)',
  required: ['type', 'title', 'status', 'instance', 'correlationId'],
  properties: {
    type: { type: 'string', example: '/problems/invalid-input' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'In the language of Accept-Language; English where there is none of ours' },
    code: { type: 'string', description: 'Of the detail, as GET /words names it', example: 'problems.not-found.order' },
    params: { type: 'object', additionalProperties: true, description: 'The values in the detail' },
    instance: { type: 'string', description: 'The path that was asked for' },
    correlationId: { type: 'string', description: 'Leads to the logs of this request' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'expected'],
        properties: { field: { type: 'string' }, expected: { type: 'string' } },
      },
    },
  },
};

/** Serves the OpenAPI document at /docs-json, and as a page at /docs. Call it before the application is initialised. */
export function serveOpenApi(app: NestFastifyApplication, page: boolean): void {
  askForKey(app);
  SwaggerModule.setup('docs', app, () => describeApi(app), { ui: page });
}

function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('stock-orchestrator')
    .setDescription(
      'One stock ledger between sales channels and an ERP. Every error is application/problem+json; every list is {items, nextCursor}.',
    )
    .setVersion(productVersion())
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'api-key')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The same keys' }, 'bearer')
    .addSecurityRequirements('api-key')
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA },
  };
  for (const path of Object.values(document.paths))
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) complete(path[method]);
  return document;
}

/** Every operation may answer with a problem; the public ones require no key. */
function complete(operation: OpenAPIObject['paths'][string]['get']): void {
  if (!operation) return;
  operation.responses.default = {
    description: 'A problem',
    content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const extensions = operation as unknown as Record<string, unknown>;
  if (extensions[PUBLIC_OPERATION]) operation.security = [];
  delete extensions[PUBLIC_OPERATION];
}

/**
 * The pages bypass Nest's guards. A browser, which cannot send our header, may give the key as the
 * password of Basic.
 */
function askForKey(app: NestFastifyApplication): void {
  const { apiKeys } = app.get(AppConfig);
  if (apiKeys.length === 0) return;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (!DOCS_PATH.test(request.url)) return done();
      const presented = presentedKey(request.headers) ?? basicPassword(request);
      const key = presented === undefined ? undefined : findKey(presented, apiKeys);
      if (key) {
        if (request.logRecord) request.logRecord.actor = key.name;
        return done();
      }
      void reply.header('www-authenticate', 'Basic realm="stock-orchestrator", charset="UTF-8"');
      done(
        new UnauthenticatedError('problems.unauthenticated.no_key_or_password') as Error & {
          statusCode?: number;
        },
      );
    });
}

function basicPassword(request: FastifyRequest): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return encoded && /:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString())?.[1];
}
