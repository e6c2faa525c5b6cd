import { loopbackUrl } from '../../loopback.js';
import { type Action, type ActionContext, answer, required } from '../context.js';
import { bodyTime } from '../dates.js';
import { listOf, parseXml, type Tree } from '../envelope.js';
import { sellerError } from '../errors.js';
import { events } from '../hooks.js';
import { type Hook, newId } from '../state.js';

function webhookRequest(context: ActionContext): Record<string, unknown> {
  let request: unknown;
  try {
    request = (parseXml(context.body).Request as Record<string, unknown> | undefined)?.Webhook;
  } catch {
    throw sellerError(5);
  }
  if (context.method !== 'POST' || typeof request !== 'object' || request === null) throw sellerError(5);
  return request as Record<string, unknown>;
}

const createWebhook: Action = (context) => {
  const request = webhookRequest(context);
  const url = typeof request.CallbackUrl === 'string' ? request.CallbackUrl : '';
  if (url === '') throw sellerError(89, 'CallbackUrl');
  try {
    loopbackUrl(url);
  } catch {
    throw sellerError(98);
  }
  const wanted = listOf((request.Events as Record<string, unknown> | undefined)?.Event).map(String);
  if (wanted.length === 0) throw sellerError(89, 'Events');
  const unknown = wanted.find((event) => !(events as readonly string[]).includes(event));
  if (unknown !== undefined) throw sellerError(99, unknown);
  // The same address twice makes two hooks, and two posts for each event.
  const hook: Hook = { id: newId(), url, events: wanted, createdAt: Date.now() };
  context.state.hooks.push(hook);
  return answer(context, 'Webhook', {
    Webhook: { WebhookId: hook.id, CreatedAt: bodyTime(hook.createdAt, context.settings.utcOffsetMinutes) },
  });
};

function hookTree(hook: Hook, context: ActionContext): Tree {
  return {
    WebhookId: hook.id,
    CallbackUrl: hook.url,
    WebhookSource: 'api',
    CreatedAt: bodyTime(hook.createdAt, context.settings.utcOffsetMinutes),
    Events: { Event: hook.events },
  };
}

const getWebhooks: Action = (context) => {
  const text = context.parameters.get('WebhookIds');
  const wanted = text ? text.replace(/[[\]"\s]/g, '').split(',') : null;
  const hooks = context.state.hooks.filter((hook) => !wanted || wanted.includes(hook.id));
  return answer(context, 'Webhooks', { Webhooks: { Webhook: hooks.map((hook) => hookTree(hook, context)) } });
};

const deleteWebhook: Action = (context) => {
  const id = context.parameters.get('Webhook') ?? context.parameters.get('WebhookId') ?? webhookIdInBody(context);
  if (!context.state.hooks.some((hook) => hook.id === id)) throw sellerError(100);
  context.state.hooks = context.state.hooks.filter((hook) => hook.id !== id);
  return answer(context, '', '');
};

function webhookIdInBody(context: ActionContext): string {
  if (context.body.trim() === '') return required(context, 'WebhookId');
  try {
    const request = parseXml(context.body).Request as Record<string, unknown> | undefined;
    const webhook = request?.Webhook;
    return typeof webhook === 'string' ? webhook : String((webhook as Record<string, unknown> | undefined)?.WebhookId);
  } catch {
    throw sellerError(5);
  }
}

const getWebhookEntities: Action = (context) => {
  const entities = ['Feed', 'Order', 'Product'].map((name) => ({
    Name: name,
    Events: { Event: events.filter((event) => event.startsWith(`on${name}`)) },
  }));
  return answer(context, 'Entities', { Entities: { Entity: entities } });
};

export const webhookActions: Record<string, Action> = {
  CreateWebhook: createWebhook,
  GetWebhooks: getWebhooks,
  DeleteWebhook: deleteWebhook,
  GetWebhookEntities: getWebhookEntities,
};
