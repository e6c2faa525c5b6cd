import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PUBLIC_OPERATION } from './common/interceptors/log-action.decorator.js';
import { PROBLEM_CONTENT_TYPE } from './common/problem.js';
import { productVersion } from './start/version.js';

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
