import { json } from '../../http/answer.js';
import { type Call, type Handler, fieldsOf } from '../context.js';
import { type FieldErrors, fieldErrors, notFound } from '../errors.js';
import { events } from '../hooks.js';
import { timeText } from '../ids.js';
import { inTimes, pageAnswer, picked, sinceId } from '../paging.js';
import { mayHear } from '../scopes.js';
import { type TiendanubeSettings } from '../settings.js';
import { type Webhook } from '../state.js';

const view = ({ id, event, url, createdAt, updatedAt }: Webhook): Record<string, unknown> => ({
  id,
  event,
  url,
  created_at: timeText(createdAt),
  updated_at: timeText(updatedAt),
});

/** https, neither this machine nor one of Tiendanube's own names; this machine if the setting allows it. */
function urlIsFine(text: unknown, { loopbackHooks }: TiendanubeSettings): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
  if (loopback) return loopbackHooks && (protocol === 'http:' || protocol === 'https:');
  return protocol === 'https:' && !/(^|\.)(tiendanube|nuvemshop|lojavirtualnuvem|mitiendanube)\./.test(hostname);
}

function check(call: Call, event: unknown, url: unknown, own?: Webhook): { event: string; url: string } {
  const errors: FieldErrors = {};
  if (typeof event !== 'string' || !events.has(event))
    errors.event = [event === undefined ? "can't be blank" : 'is not included in the list'];
  else if (!mayHear(call.settings, event)) errors.event = ['the app has no scope for it'];
  if (!urlIsFine(url, call.settings)) errors.url = ['invalid url specified'];
  const taken = call.store.webhooks.some((one) => one !== own && one.event === event && one.url === url);
  if (taken && call.settings.duplicateHooks === 'refused') errors.url = ['has already been taken'];
  if (Object.keys(errors).length > 0) throw fieldErrors(errors);
  return { event: String(event), url: String(url) };
}

function find({ store, parameters }: Call): Webhook {
  const webhook = store.webhooks.find((one) => String(one.id) === parameters.id);
  if (!webhook) throw notFound('Webhook');
  return webhook;
}

const list: Handler = (call) => {
  const { query } = call.request;
  const [event, url] = [query.get('event'), query.get('url')];
  const [inTime, since] = [inTimes(call), sinceId(call)];
  const found = call.store.webhooks.filter(
    (one) => (!event || one.event === event) && (!url || one.url === url) && inTime(one) && since(one),
  );
  return pageAnswer(call, found, view);
};

const create: Handler = (call) => {
  const { event, url } = fieldsOf(call.body);
  const now = Date.now();
  const webhook: Webhook = { ...check(call, event, url), id: ++call.state.lastSmallId, createdAt: now, updatedAt: now };
  call.store.webhooks.push(webhook);
  return json(201, view(webhook));
};

const update: Handler = (call) => {
  const webhook = find(call);
  const { event, url } = fieldsOf(call.body);
  Object.assign(webhook, check(call, event ?? webhook.event, url ?? webhook.url, webhook), { updatedAt: Date.now() });
  return json(200, view(webhook));
};

const remove: Handler = (call) => {
  const webhook = find(call);
  call.store.webhooks = call.store.webhooks.filter((one) => one !== webhook);
  return json(200, {});
};

export const webhookCalls: Record<string, Handler> = {
  'GET /webhooks': list,
  'POST /webhooks': create,
  'GET /webhooks/:id': (call) => json(200, picked(call, view(find(call)))),
  'PUT /webhooks/:id': update,
  'DELETE /webhooks/:id': remove,
};
