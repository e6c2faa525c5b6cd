import { tiendanubeChoices, tiendanubeDefaults, type TiendanubeSettings } from './tiendanube/settings.js';

/**
 * Every setting of the sandbox with its default. `PUT /_sandbox/settings` changes them while it runs; a
 * restart returns to the defaults. When a platform's documentation is silent or contradicts itself, there
 * is a setting, so that a client can be tested against each reading.
 */
export interface OdooSettings {
  apiKey: string;
  /** Added to every answer, in milliseconds. */
  latencyMs: number;
  /** Odoo runs, its database does not: JSON-2 answers 404 with an HTML page. */
  databaseDown: boolean;
  /** A change never joins an existing quant: a new, possibly negative one is created beside it. */
  splitQuants: boolean;
  /** Constraint messages in Spanish, as for a user with that language. */
  translated: boolean;
  /** The user's rights: everything, or read only, as without the right Inventory / User. */
  rights: 'all' | 'read';
  /** How many warehouses a fresh database has (1 or 2). Read when the state is created, so a change needs a reset. */
  warehouses: number;
  /** Off: no automation sends webhooks. */
  webhooks: boolean;
  /** Odoo gives each webhook post one second. */
  webhookTimeoutMs: number;
}

export interface FalabellaSettings {
  userId: string;
  apiKey: string;
  latencyMs: number;
  /** The calls that the user's role allows; others are answered with E009. */
  role: 'all' | 'products' | 'orders';
  timestampWindowSeconds: number;
  /**
   * The required User-Agent: any, at least three parts, or five. A proxy before the API refuses others
   * with HTTP 403.
   */
  userAgent: 'any' | 'three' | 'five';
  /** The limit on feed-creating calls. */
  feedLimit: boolean;
  /** Whether UpdateStock counts, too: the sources disagree. */
  countUpdateStock: boolean;
  feedBurst: number;
  /** How the burst is renewed: a day after it began, or one feed per interval. */
  feedBurstRenews: 'daily' | 'steadily';
  /**
   * Wait between feeds once the burst is used up: two minutes on the real platform, scaled here. A "day"
   * is 720 of them.
   */
  feedIntervalMs: number;
  /** From Queued to Finished. */
  feedDurationMs: number;
  /** Added to the duration of every feed. */
  feedDelayMs: number;
  /** Every other feed takes three times as long, so that its successor is applied first. */
  feedReorder: boolean;
  feedOutcome: 'Finished' | 'Error' | 'Canceled';
  /** Records of these SKUs fail inside the feed. */
  failSkus: string[];
  /** An unknown SKU in UpdateStock: a failed record of the feed, or the whole call refused with error 1001. */
  unknownSkus: 'feed' | 'refuse';
  feedIdIn: 'body' | 'head';
  /** Whether GetFeedRawInput exists. */
  feedRawInput: boolean;
  /**
   * `on_hand`: own reservations are subtracted from the pushed number. `available`: the pushed number can
   * be sold in full.
   */
  stockModel: 'on_hand' | 'available';
  cancelReturnsStock: boolean;
  warehouses: 'single' | 'multi';
  /** Whether the seller assigned its own warehouse ids. */
  sellerWarehouseIds: boolean;
  /** Whether GetStock applies the requested list of SKUs. */
  stockFilter: boolean;
  /** The time zone of the dates in bodies, which state none. */
  utcOffsetMinutes: number;
  /** Date filters with an offset are read with it, or as the shop's own time. */
  filterZone: 'heeded' | 'ignored';
  /** Whether GetOrders applies the requested direction; otherwise the oldest come first. */
  sortDirection: 'heeded' | 'ignored';
  postSaleSpelling: 'reference' | 'flow';
  fbfShippingType: 'Own Warehouse' | 'Fulfillment';
  facilityKey: 'FacilityID' | 'FacilityId' | 'GSCFacilityId';
  jsonScalars: 'string' | 'native';
  /** `spread`: every text of an XML answer is on a line of its own, as the documentation prints it. */
  xmlLayout: 'inline' | 'spread';
  /** Actions that answer XML even with Format=JSON. */
  xmlOnlyActions: string[];
  /** General limit on reads; 0: none. */
  readsPerMinute: number;
  /** One minute of the retry schedule of registered webhooks. */
  webhookMinuteMs: number;
  webhookTimeoutMs: number;
  /** How often each event is posted. */
  webhookRepeat: number;
  /** Every n-th event is never posted; 0: none is lost. */
  webhookLoss: number;
  /** Every other event waits this long, so that its successor comes first. */
  webhookReorderMs: number;
  /** How an order id is written: depending on the event, always as a number, or always as text. */
  webhookOrderId: 'mixed' | 'number' | 'text';
  /** The content type of a webhook; empty: none. */
  webhookContentType: string;
  /** A new hook's address is checked with a GET, and refused unless the answer is 200. */
  webhookProbe: boolean;
  /** Items of a new order appear only after this time. */
  lateItemsMs: number;
  /** Some fields of a new item are empty for this time. */
  lateFieldsMs: number;
  /** Whether ItemsCount counts items that do not appear yet. */
  itemsCount: 'visible' | 'all';
}

export interface Settings {
  odoo: OdooSettings;
  falabella: FalabellaSettings;
  tiendanube: TiendanubeSettings;
}

/** A part of the settings, as tests and the control API send it. */
export interface SettingsPatch {
  odoo?: Partial<OdooSettings>;
  falabella?: Partial<FalabellaSettings>;
  tiendanube?: Partial<TiendanubeSettings>;
}

export function defaultSettings(): Settings {
  return {
    odoo: {
      apiKey: 'sandbox-odoo-key',
      latencyMs: 0,
      databaseDown: false,
      splitQuants: false,
      translated: false,
      rights: 'all',
      warehouses: 1,
      webhooks: true,
      webhookTimeoutMs: 1000,
    },
    falabella: {
      userId: 'sandbox@example.com',
      apiKey: 'sandbox-falabella-key',
      latencyMs: 0,
      role: 'all',
      timestampWindowSeconds: 300,
      userAgent: 'any',
      feedLimit: true,
      countUpdateStock: true,
      feedBurst: 50,
      feedBurstRenews: 'daily',
      feedIntervalMs: 2000,
      feedDurationMs: 1000,
      feedDelayMs: 0,
      feedReorder: false,
      feedOutcome: 'Finished',
      failSkus: [],
      unknownSkus: 'feed',
      feedIdIn: 'body',
      feedRawInput: true,
      stockModel: 'available',
      cancelReturnsStock: true,
      warehouses: 'single',
      sellerWarehouseIds: true,
      stockFilter: true,
      utcOffsetMinutes: -180,
      filterZone: 'heeded',
      sortDirection: 'heeded',
      postSaleSpelling: 'reference',
      fbfShippingType: 'Own Warehouse',
      facilityKey: 'FacilityID',
      jsonScalars: 'string',
      xmlLayout: 'inline',
      xmlOnlyActions: [],
      readsPerMinute: 0,
      webhookMinuteMs: 1000,
      webhookTimeoutMs: 5000,
      webhookRepeat: 1,
      webhookLoss: 0,
      webhookReorderMs: 0,
      webhookOrderId: 'mixed',
      webhookContentType: 'application/json',
      webhookProbe: false,
      lateItemsMs: 0,
      lateFieldsMs: 0,
      itemsCount: 'visible',
    },
    tiendanube: structuredClone(tiendanubeDefaults),
  };
}

const choices: Record<string, readonly string[]> = {
  role: ['all', 'products', 'orders'],
  rights: ['all', 'read'],
  feedOutcome: ['Finished', 'Error', 'Canceled'],
  unknownSkus: ['feed', 'refuse'],
  feedIdIn: ['body', 'head'],
  stockModel: ['on_hand', 'available'],
  'falabella.warehouses': ['single', 'multi'],
  postSaleSpelling: ['reference', 'flow'],
  fbfShippingType: ['Own Warehouse', 'Fulfillment'],
  facilityKey: ['FacilityID', 'FacilityId', 'GSCFacilityId'],
  jsonScalars: ['string', 'native'],
  xmlLayout: ['inline', 'spread'],
  userAgent: ['any', 'three', 'five'],
  feedBurstRenews: ['daily', 'steadily'],
  filterZone: ['heeded', 'ignored'],
  sortDirection: ['heeded', 'ignored'],
  webhookOrderId: ['mixed', 'number', 'text'],
  itemsCount: ['visible', 'all'],
  ...Object.fromEntries(Object.entries(tiendanubeChoices).map(([name, words]) => [`tiendanube.${name}`, words])),
};

/** An unknown setting, or a value of another type. */
export class BadSetting extends Error {}

/** Applies a patch in place, as a whole or, with BadSetting, not at all. */
export function applySettings(settings: Settings, patch: unknown): void {
  const changes: Array<() => void> = [];
  for (const [section, part] of Object.entries(asObject(patch, 'settings'))) {
    if (section !== 'odoo' && section !== 'falabella' && section !== 'tiendanube')
      throw new BadSetting(`unknown section ${section}: odoo, falabella or tiendanube`);
    const target = settings[section] as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(asObject(part, section))) {
      check(section, name, target[name], value);
      changes.push(() => (target[name] = value));
    }
  }
  for (const change of changes) change();
}

function check(section: string, name: string, current: unknown, value: unknown): void {
  if (current === undefined) throw new BadSetting(`unknown setting ${section}.${name}`);
  if (Array.isArray(current)) {
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string'))
      throw new BadSetting(`${section}.${name} must be a list of text`);
    return;
  }
  if (typeof value !== typeof current) throw new BadSetting(`${section}.${name} must be a ${typeof current}`);
  if (typeof value === 'number' && (!Number.isFinite(value) || (value < 0 && name !== 'utcOffsetMinutes')))
    throw new BadSetting(`${section}.${name} must be a number of at least 0`);
  const allowed = choices[`${section}.${name}`] ?? choices[name];
  if (typeof value === 'string' && allowed && !allowed.includes(value))
    throw new BadSetting(`${section}.${name} must be one of ${allowed.join(', ')}`);
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadSetting(`${what} must be an object`);
  return value as Record<string, unknown>;
}
