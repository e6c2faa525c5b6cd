import { type WordBook } from '../words/words.js';
import { type WebhookRoute } from './webhook-route.js';
import { type ConnectionKind } from '../config/connection-kind.js';

/** What a connector is, as plain data: everything that the core must know of it before Nest exists. */
export interface Manifest extends ConnectionKind {
  /** Names it in addresses, settings and logs: small letters, and the name of its folder. */
  readonly name: string;
  /** The name for people. */
  readonly label: string;
  readonly role: 'channel' | 'erp';
  /** The routes of its webhooks; empty: its platform sends none. */
  readonly webhooks: readonly WebhookRoute[];
  /** The most items of one `pushStock` call. */
  readonly pushBatchSize: number;
  /** The longest that one `pushStock` call lasts, in milliseconds. */
  readonly pushLimitMs: number;
  /** Its own texts, from the folder words/ in its folder: their codes begin with its name. */
  readonly words?: WordBook;
  /** Of an ERP: an address documented for its stock before `/erp/stock` was. It leads there. */
  readonly stockPath?: string;
  /** What a screen shows beside its name: an SVG of its own. */
  readonly logo?: string;
}

/** The texts of connectors by name. */
export function connectorWords(manifests: readonly Manifest[]): Readonly<Record<string, WordBook>> {
  return Object.fromEntries(manifests.flatMap(({ name, words }) => (words ? [[name, words]] : [])));
}
