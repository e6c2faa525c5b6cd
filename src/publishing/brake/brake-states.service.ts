import { Injectable } from '@nestjs/common';
import { type AlertDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionBrakes } from '../../connections/connection-brakes.repository.js';
import { AppConfig } from '../../config/app-config.js';
import { type ConnectionState, type BrakeState } from '../../connections/connection.schema.js';
import { countedSince, type BrakeLimits } from './brake-rule.js';

/** One change that is held back, for people to see. */
export type HeldChange = BrakeState['sample'][number];

/** What is stored of a connection's brake. */
export interface StoredBrake {
  readonly limits: BrakeLimits;
  readonly on: BrakeState | null;
  readonly approved: ConnectionState['brakeApproved'] | null;
  /** From which time on large changes that went through count. */
  readonly since: Date;
}

/** As many of the held changes are named in the alert and on the connection. */
const SHOWN = 5;

/** Whether the brake of a connection is on, from which share on it holds, and when a person last let everything through. */
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

  /** The brake holds so many back. Opens the alert, also where a process died between the stored state and its alert. */
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

  /** Nothing is held any more. The alert first: whoever dies in between finds the brake still on. */
  async end(connection: string, { on }: Pick<StoredBrake, 'on'>): Promise<void> {
    if (!on) return;
    await this.alerts.close('brake', connection);
    await this.brakes.clearBrake(connection);
  }

  async noteApproved(connection: string, actor: string, reason: string, count: number): Promise<void> {
    await this.brakes.setApproval(connection, { at: new Date(), actor, reason, count });
  }

  /** Changes what is given; null takes it back to what the environment says. */
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

/** What a brake that is on holds back. */
export function brakeDetail(connection: string, { held, of, percent, sample }: BrakeState): AlertDetail<'brake'> {
  const some = sample.map(
    ({ sku, warehouse, from, to }) => `${sku}${warehouse === undefined ? '' : ` in ${warehouse}`} ${from} -> ${to}`,
  );
  return { code: 'alerts.brake.detail', params: { held, of, percent, sample: some.join(', '), connection } };
}
