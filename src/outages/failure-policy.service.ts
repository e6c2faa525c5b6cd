import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { ConnectionCache } from '../connections/connection-cache.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type FailureAction } from '../connectors/contract.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { ConnectionListings } from '../listings/connection-listings.repository.js';
import { longAwayDetail } from '../alerts/alert-details.js';
import { Pauses } from './pauses.service.js';

/** What is to become of work that failed: look again at `due`, or give it up. */
export interface FailureDecision {
  readonly action: FailureAction['do'];
  readonly due: Date;
  readonly reason: string;
  /** The item itself is at fault: this uses up an attempt. */
  readonly countsAsAttempt: boolean;
  /** False: what was asked for has certainly not happened. Left out: it may have. */
  readonly arrived?: boolean;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const PAUSED_MS = 60_000;
const BLAMED_FIRST_MS = 60_000;
const BLAMED_LONGEST_MS = 3_600_000;
/** Failures that come together are one outage. */
const TOGETHER_MS = 500;
/** No call lasts longer. */
const LONGEST_CALL_MS = 60_000;

/** Turns an error of a connector into what to do, and lets the connection as a whole wait or pause. */
@Injectable()
export class FailurePolicy {
  private readonly outages = new Map<string, { failures: number; at: number }>();
  /** Connections that are known to work since they were last paused. */
  private readonly working = new Set<string>();

  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly pauses: Pauses,
    private readonly alerts: AlertsService,
    private readonly listings: ConnectionListings,
  ) {}

  /** The connection works: the next outage begins with the shortest wait again. */
  worked(connectionId: string): void {
    this.outages.delete(connectionId);
    if (this.working.has(connectionId)) return;
    this.working.add(connectionId);
    this.closePaused(connectionId).catch(() => this.working.delete(connectionId));
  }

  /** `attempts`: how often the item itself was blamed before; each time it is left alone for longer. */
  async decide(connectionId: string, error: unknown, attempts = 0): Promise<FailureDecision> {
    const reason = error instanceof Error ? error.message : 'unknown error';
    if (error instanceof BlockedError)
      return {
        action: 'wait',
        due: error.until === 'paused' ? inMs(PAUSED_MS) : error.until,
        reason,
        countsAsAttempt: false,
      };
    const connection = this.connections.find(connectionId);
    const remedy: FailureAction = connection
      ? this.registry.any(connection).connector.classify(error)
      : { do: 'retry' };
    switch (remedy.do) {
      case 'retry':
        return {
          action: 'retry',
          due: inMs(remedy.afterMs ?? this.backoff(connectionId)),
          reason,
          countsAsAttempt: false,
          ...(remedy.arrived === undefined ? {} : { arrived: remedy.arrived }),
        };
      case 'wait':
        if (remedy.only === undefined) await this.connections.waitUntil(connectionId, remedy.until);
        return { action: 'wait', due: remedy.until, reason, countsAsAttempt: false };
      case 'pause':
        return this.pause(connectionId, remedy.reason);
      case 'giveUp':
        return {
          action: 'giveUp',
          due: inMs(Math.min(BLAMED_FIRST_MS * 2 ** Math.min(attempts, 10), BLAMED_LONGEST_MS)),
          reason: remedy.reason,
          countsAsAttempt: true,
        };
    }
  }

  private async pause(id: string, reason: string): Promise<FailureDecision> {
    const { renewedAt = null } = (await this.connections.facts(id)) ?? {};
    if (renewedAt && (await this.isOutdated(id, renewedAt)))
      return { action: 'retry', due: inMs(FIRST_MS), reason, countsAsAttempt: false, arrived: false };
    this.working.delete(id);
    await this.pauses.begin(id, reason, renewedAt);
    return { action: 'pause', due: inMs(PAUSED_MS), reason, countsAsAttempt: false, arrived: false };
  }

  /** Its app was installed anew a moment ago, which ends the token before: a call that left with that one says nothing of the new one. */
  private async isOutdated(id: string, renewedAt: Date): Promise<boolean> {
    if (Date.now() - renewedAt.getTime() > LONGEST_CALL_MS) return false;
    await this.cache.refresh();
    const bound = this.connections.channel(id);
    const { install } = bound?.connector ?? {};
    if (!bound || !install) return false;
    return install.standing(bound.connection).then(
      (standing) => standing === 'installed',
      () => true,
    );
  }

  /** A start has unpaused it, and somebody has mended it: one that is paused may still answer some calls. */
  private async closePaused(connectionId: string): Promise<void> {
    if ((await this.connections.blockedUntil(connectionId)) === 'paused') this.working.delete(connectionId);
    else {
      const wasPaused = await this.pauses.end(connectionId);
      if (wasPaused) await this.askIfLongAway(connectionId);
      // Its owner had it suspended, or the app was away: nobody knows what it shows since.
      if (wasPaused && this.connections.channel(connectionId)?.connector.install)
        await this.listings.republish(connectionId);
    }
  }

  /** What came meanwhile has to be looked through before it goes live again. */
  private async askIfLongAway(connectionId: string): Promise<void> {
    const facts = await this.connections.facts(connectionId);
    if (facts?.awaySince && facts.publishing === 'shadow')
      await this.alerts.raise('long_pause', connectionId, longAwayDetail(facts.awaySince));
  }

  private backoff(connectionId: string): number {
    const outage = this.outages.get(connectionId) ?? { failures: 0, at: 0 };
    if (Date.now() - outage.at > TOGETHER_MS)
      this.outages.set(connectionId, { failures: outage.failures + 1, at: Date.now() });
    const full = Math.min(FIRST_MS * 2 ** Math.min(outage.failures, 10), LONGEST_MS);
    return Math.round(full * (0.5 + Math.random() / 2));
  }
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}
