import { Table, type TableOptions } from './table.js';

/** The collections of one run, by the names of their models. They outlive every process. */
export class Tables {
  private readonly tables = new Map<string, Table>();

  constructor(options: Readonly<Record<string, TableOptions>>) {
    for (const [model, its] of Object.entries(options)) this.tables.set(model, new Table(model, its));
  }

  of(model: string): Table {
    let table = this.tables.get(model);
    if (!table) {
      table = new Table(model);
      this.tables.set(model, table);
    }
    return table;
  }

  get events(): Table {
    return this.of('WebhookEvent');
  }

  get orders(): Table {
    return this.of('Order');
  }

  get entries(): Table {
    return this.of('StockEntry');
  }

  get movements(): Table {
    return this.of('StockMovement');
  }

  get listings(): Table {
    return this.of('Listing');
  }

  get pushes(): Table {
    return this.of('ListingPush');
  }

  get alerts(): Table {
    return this.of('Alert');
  }
}
