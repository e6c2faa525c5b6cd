import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { AlertsService } from '../alerts/alerts.service.js';
import { markKind, type MarkSource } from '../common/mongo/mark-sources.js';
import { MarkRegistry } from '../queues/mark-registry.service.js';

/** One alert for each kind of dead work, which only a person can restart. */
@Injectable()
export class DeadWorkReview {
  constructor(
    private readonly sources: MarkRegistry,
    private readonly alerts: AlertsService,
    @InjectConnection() private readonly database: Connection,
  ) {}

  /** Opens or closes each alert, depending on whether there is dead work of its kind. */
  async review(): Promise<void> {
    for (const source of this.sources.all) {
      const kind = markKind(source);
      const count = await this.count(source);
      const [open] = (await this.alerts.openAbout(kind)).filter((alert) => alert.kind === 'given_up');
      if (count > 0 && open?.params?.count !== count)
        await this.alerts.raise('given_up', kind, { code: 'alerts.given_up.detail', params: { count, kind } });
      if (count === 0 && open) await this.alerts.closeSeen(open);
    }
  }

  /** By the sparse index on `dead`. */
  private count({ collection, field }: MarkSource): Promise<number> {
    const dead = { [`${field}.dead`]: true, [`${field}.due`]: { $exists: false } };
    return this.database.getClient().db(this.database.name).collection(collection).countDocuments(dead);
  }
}
