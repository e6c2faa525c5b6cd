import { type FastifyRequest } from 'fastify';
import { Controller, Get, HttpCode, Param, Post, Req, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { UnauthenticatedError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { nothingHere } from '../common/problem.js';
import { pathOf } from '../common/problem.filter.js';
import { type WebhookRoute } from '../connectors/webhook-route.js';
import { IntakeService } from './intake.service.js';
import { webhookRequest, type RawRequest } from './webhook-request.js';

/** The webhook routes of one connector. */
export interface ConnectorWebhooks {
  readonly name: string;
  readonly webhooks: readonly WebhookRoute[];
}

type Incoming = FastifyRequest & RawRequest;

/** Makes the controller of a connector's webhook routes, so that its folder holds data only. */
export function webhookController({ name, webhooks }: ConnectorWebhooks): Type {
  @ApiTags('webhooks')
  @Controller()
  class WebhookController {
    constructor(readonly intake: IntakeService) {}
  }
  Object.defineProperty(WebhookController, 'name', { value: `${pascalCase(name)}WebhookController` });
  for (const route of webhooks) {
    const answer = route.method === 'GET' ? probe : receive;
    const descriptor: PropertyDescriptor = {
      configurable: true,
      value(this: WebhookController, request: Incoming, token?: string) {
        return withHiding<object>(route, request, () => answer(this.intake, name, route, request, token));
      },
    };
    const method = methodName(route);
    if (Object.hasOwn(WebhookController.prototype, method)) throw new Error(`${name} has two routes ${method}`);
    // The API documentation uses it as the operation's name.
    Object.defineProperty(descriptor.value, 'name', { value: method });
    Object.defineProperty(WebhookController.prototype, method, descriptor);
    Reflect.defineMetadata('design:paramtypes', [Object, String], WebhookController.prototype, method);
    Req()(WebhookController.prototype, method, 0);
    if (hasToken(route)) Param('token')(WebhookController.prototype, method, 1);
    for (const decorate of decoratorsOf(name, route)) decorate(WebhookController.prototype, method, descriptor);
  }
  return WebhookController;
}

function receive(intake: IntakeService, name: string, { topic }: WebhookRoute, request: Incoming, token?: string) {
  return intake.receive(name, { ...webhookRequest(topic, request), ...(token !== undefined && { token }) });
}

/** A platform may check that an address answers before it uses it. */
async function probe(intake: IntakeService, name: string, { topic }: WebhookRoute, _request: Incoming, token?: string) {
  const request = { topic, rawBody: Buffer.alloc(0), headers: {}, query: {}, ...(token !== undefined && { token }) };
  if (!intake.isAuthentic(name, request)) throw new UnauthenticatedError('problems.unauthenticated.unproved');
  return { status: 'ready' as const };
}

/** A sender without the token does not learn that the address exists. */
async function withHiding<T>({ method, hidden }: WebhookRoute, request: Incoming, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hidden && error instanceof UnauthenticatedError) throw nothingHere(method, pathOf(request));
    throw error;
  }
}

function decoratorsOf(name: string, { method, paths, logAction, docs }: WebhookRoute): readonly MethodDecorator[] {
  const { summary, description, example, token, query = [] } = docs;
  return [
    ...(method === 'GET' ? [Get([...paths])] : [Post([...paths]), HttpCode(200)]),
    LogAction(logAction, { logService: name, public: true, body: 'raw' }),
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    ...(token === undefined ? [] : [ApiParam({ name: 'token', description: token })]),
    ...query.map((parameter) => ApiQuery({ name: parameter, required: false })),
    ...(example ? [ApiBody({ schema: { example } })] : []),
  ];
}

function hasToken({ paths }: WebhookRoute): boolean {
  return paths.some((path) => path.includes(':token'));
}

/** The operation's name in the API documentation: `storeRedact`, `probe`. */
function methodName({ method, topic }: WebhookRoute): string {
  const pascal = pascalCase(topic);
  return method === 'GET' ? 'probe' : pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

function pascalCase(text: string): string {
  return text
    .split(/[^a-z0-9]+/i)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
