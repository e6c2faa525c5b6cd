import { Injectable } from '@nestjs/common';
import { type AlertDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionBrakes } from '../../connections/connection-brakes.repository.js';
import { AppConfig } from '../../config/app-config.js';
import { type ConnectionState, type BrakeState } from '../../connections/connection.schema.js';
import { countedSince, type BrakeLimits } from './brake-rule.js';

/** One held change, for people. */
export type HeldChange = BrakeState['sample'][number];

/** The stored state of a connection's brake. */
export interface StoredBrake {
  readonly limits: BrakeLimits;
  readonly on: BrakeState | null;
  readonly approved: ConnectionState['brakeApproved'] | null;
  /** The time from which on published large changes count. */
  readonly since: Date;
}

/** The number of held changes that the alert and the connection name. */
const SHOWN = 5;

/** The state of each connection's brake: whether it is on, its limits, and the last approval. */
@Injectable()
export class BrakeStates {
  constructor(
    private readonly brakes: ConnectionBrakes,
    private readonly config: AppConfig,
    private readonly alerts: AlertsService,
  ) {}

  async of(connection: string, now = new Date()): Promise<StoredBrake> {
    const state = await this.brakes.find(connection);
    const { BRAKE_PERCENT: percent, BRAKE_LEAST: least } = this.config.values;
    return {
      limits: { percent, least, ...state?.brakeLimits },
      on: state?.brake ?? null,
      approved: state?.brakeApproved ?? null,
      since: countedSince(state?.brakeApproved?.at, now),
    };
  }

  /** The brake holds this many. Opens the alert, also when a process died between the stored state and its alert. */
  async hold(
    connection: string,
    before: StoredBrake,
    held: number,
    of: number,
    some: readonly HeldChange[],
  ): Promise<void> {
    const sample = some.slice(0, SHOWN);
    const { percent } = before.limits;
    const isStored = before.on?.held === held && before.on.of === of && before.on.percent === percent;
    if (isStored && (await this.alerts.wasRaised('brake', connection, before.on.since))) return;
    const brake: BrakeState = { since: before.on?.since ?? new Date(), held, of, percent, sample };
    await this.brakes.setBrake(connection, brake);
    await this.alerts.raise('brake', connection, brakeDetail(connection, brake));
  }

  /** Nothing is held any more. The alert is closed first, so that after a crash in between the brake is still on. */
  async end(connection: string, { on }: Pick<StoredBrake, 'on'>): Promise<void> {
    if (!on) return;
    await this.alerts.close('brake', connection);
    await this.brakes.clearBrake(connection);
  }

  async recordApproval(connection: string, actor: string, reason: string, count: number): Promise<void> {
    await this.brakes.setApproval(connection, { at: new Date(), actor, reason, count });
  }

  /** Changes the given limits; null restores the environment's. */
  async setLimits(
    connection: string,
    change: { readonly [Name in keyof BrakeLimits]?: number | null | undefined },
  ): Promise<void> {
    const given = Object.entries(change).filter((entry): entry is [string, number | null] => entry[1] !== undefined);
    await this.brakes.setLimits(connection, given);
  }

  /** The connections whose brake is on. */
  on(): Promise<string[]> {
    return this.brakes.braked();
  }
}

/** The detail of the alert of a brake that is on. */
export function brakeDetail(connection: string, { held, of, percent, sample }: BrakeState): AlertDetail<'brake'> {
  const some = sample.map(
    ({ sku, warehouse, from, to }) => `${sku}${warehouse === undefined ? '' : ` in ${warehouse}`} ${from} -> ${to}`,
  );
  return { code: 'alerts.brake.detail', params: { held, of, percent, sample: some.join(', '), connection } };
}
