import { type Warehouseman } from './warehouseman.js';

interface Named {
  readonly id: number;
  readonly name: string;
}

/** Odoo's own webhooks on changes of stock, set up as docs/connectors/odoo.md describes. */
export class StockAutomation {
  private constructor(
    private readonly person: Warehouseman,
    private readonly id: number,
  ) {}

  static async install(person: Warehouseman, url: string): Promise<StockAutomation> {
    const [model] = await person.search<Named>('ir.model', [['model', '=', 'stock.quant']], ['name']);
    const wanted = ['product_id', 'location_id', 'warehouse_id', 'quantity', 'reserved_quantity'];
    const fields = await person.search<Named>(
      'ir.model.fields',
      [
        ['model', '=', 'stock.quant'],
        ['name', 'in', wanted],
      ],
      ['name'],
    );
    const ids = (names: readonly string[]) => [
      [6, 0, fields.filter((field) => names.includes(field.name)).map((field) => field.id)],
    ];
    const name = 'stock changed (test)';
    const action = {
      name,
      model_id: model?.id,
      state: 'webhook',
      usage: 'base_automation',
      webhook_url: url,
      webhook_field_ids: ids(wanted),
    };
    const automation = {
      name,
      model_id: model?.id,
      trigger: 'on_create_or_write',
      filter_domain: "[('location_id.usage','=','internal')]",
      trigger_field_ids: ids(['quantity', 'reserved_quantity']),
      action_server_ids: [[0, 0, action]],
    };
    const [id] = await person.call<number[]>('base.automation', 'create', { vals_list: [automation] });
    if (id === undefined) throw new Error('no automation was made');
    return new StockAutomation(person, id);
  }

  async remove(): Promise<void> {
    await this.person.call('base.automation', 'unlink', { ids: [this.id] });
  }
}
