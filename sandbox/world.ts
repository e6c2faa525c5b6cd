import { OrderPlays } from './control/orders.js';
import { OdooPlays } from './control/odooPlays.js';
import { describeFalabella, describeOdoo, type SandboxState } from './control/state.js';
import { describeTiendanube } from './control/tiendanube/state.js';
import { TiendanubePlays } from './control/tiendanube/plays.js';
import { SellerCenter } from './falabella/sellerCenter.js';
import { SimpleWebhook } from './falabella/simpleWebhook.js';
import { CallLog } from './http/calls.js';
import { Faults } from './http/faults.js';
import { OdooDatabase } from './odoo/database.js';
import { type Settings } from './settings.js';
import { type Snapshot } from './snapshot.js';
import { Tiendanube } from './tiendanube/platform.js';

export interface WorldOptions {
  settings: Settings;
  /** The app that receives webhooks; null: none are sent. */
  appUrl: string | null;
  webhookSecret: string;
  odooToken: string;
  /** Called after each change of the stored state. */
  changed: () => void;
}

/**
 * The whole simulated world: one Odoo, one Falabella seller, several stores of Tiendanube, and the
 * requested faults.
 */
export class World {
  readonly settings: Settings;
  readonly calls = new CallLog();
  readonly faults = new Faults();
  readonly odoo: OdooDatabase;
  readonly falabella: SellerCenter;
  readonly orders: OrderPlays;
  readonly odooPlays: OdooPlays;
  readonly tiendanube: Tiendanube;
  readonly tiendanubePlays: TiendanubePlays;

  constructor(options: WorldOptions) {
    this.settings = options.settings;
    const hook =
      options.appUrl === null
        ? null
        : `${options.appUrl}/odoo/webhook/stock-change?token=${encodeURIComponent(options.odooToken)}`;
    this.odoo = new OdooDatabase(this.settings.odoo, hook, this.calls, options.changed);
    this.falabella = new SellerCenter(this.settings.falabella, this.calls, options.changed);
    const simple = new SimpleWebhook(
      options.appUrl,
      options.webhookSecret,
      () => this.settings.falabella.webhookTimeoutMs,
      this.calls,
    );
    this.orders = new OrderPlays(this.falabella, this.settings.falabella, simple);
    this.odooPlays = new OdooPlays(this.odoo);
    this.tiendanube = new Tiendanube(this.settings.tiendanube, options.appUrl, this.calls, options.changed);
    this.tiendanubePlays = new TiendanubePlays(this.tiendanube);
  }

  describe(sku?: string): SandboxState {
    return {
      odoo: describeOdoo(this.odoo.env(), sku),
      falabella: describeFalabella(this.falabella.state, this.settings.falabella, sku),
      tiendanube: describeTiendanube(this.tiendanube, sku),
      calls: this.calls.byName(),
    };
  }

  reset(): void {
    this.odoo.reset();
    this.falabella.reset();
    this.tiendanube.reset();
    this.faults.clear();
    this.calls.reset();
  }

  snapshot(): Snapshot {
    return {
      version: 1,
      odoo: this.odoo.snapshot(),
      falabella: this.falabella.state,
      tiendanube: this.tiendanube.state,
    };
  }

  restore(snapshot: Snapshot): void {
    this.odoo.restore(snapshot.odoo);
    this.falabella.restore(snapshot.falabella);
    if (snapshot.tiendanube) this.tiendanube.restore(snapshot.tiendanube);
  }

  /** Stops the background work. */
  close(): void {
    this.falabella.close();
    this.tiendanube.close();
  }
}
