import { Injectable } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { atMostAhead } from '../common/clock.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { ConnectionCache } from '../connections/connection-cache.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type FailureAction } from '../connectors/contract.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { ConnectionListings } from '../listings/connection-listings.repository.js';
import { longAwayDetail } from '../alerts/alert-details.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';
import { BLAMED_ITEM, LONGEST_CALL_MS, OUTAGE, PAUSED_RETRY_MS, SAME_OUTAGE_MS, intervalMs } from './retry-policy.js';
import { PausedConnections } from './paused-connections.service.js';

/** The action after a failure, and the time of the next attempt. */
export interface FailureDecision {
  readonly action: FailureAction['do'];
  readonly due: Date;
  readonly reason: string;
  /** The platform refuses the item: this counts as an attempt. */
  readonly countsAsAttempt: boolean;
  /** False: the call certainly had no effect. Absent: it may have had one. */
  readonly arrived?: boolean;
}

/**
 * Turns an error of a connector into an action, and lets the whole connection wait or pause. See `retry-policy.ts`.
 *
 * `outages` and `working` belong to one process. Another process may back off for a different time, or end a pause a second time: ending it
 * is idempotent.
 */
@Injectable()
export class FailurePolicy {
  private readonly outages = new Map<string, { failures: number; at: number }>();
  /** Connections that have succeeded in this process since they were last paused or asked to wait. */
  private readonly working = new Set<string>();
  /** Connections whose pause and silence are just being ended. */
  private readonly ending = new Set<string>();

  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly pauses: PausedConnections,
    private readonly alerts: AlertsService,
    private readonly listings: ConnectionListings,
  ) {}

  /** A call succeeded: the outage, the pause and the silence of the connection end. */
  recordSuccess(connectionId: string): void {
    this.outages.delete(connectionId);
    const isKnown = this.working.has(connectionId) && !this.cache.isTroubled(connectionId);
    if (isKnown || this.ending.has(connectionId)) return;
    this.working.add(connectionId);
    this.ending.add(connectionId);
    this.closePaused(connectionId)
      .catch(() => this.working.delete(connectionId))
      .finally(() => this.ending.delete(connectionId));
  }

  /** @param attempts how many attempts of the item counted so far; each lengthens its wait */
  async decide(connectionId: string, error: unknown, attempts = 0): Promise<FailureDecision> {
    const reason = errorText(error);
    if (error instanceof BlockedError)
      return {
        action: 'wait',
        due: error.until === 'paused' ? inMs(PAUSED_RETRY_MS) : whileSilent(error.until),
        reason,
        countsAsAttempt: false,
      };
    const connection = this.connections.find(connectionId);
    const failure: FailureAction = connection
      ? this.registry.any(connection).connector.classify(error)
      : { do: 'retry' };
    switch (failure.do) {
      case 'retry':
        return {
          action: 'retry',
          due: notTooLate(inMs(failure.afterMs ?? this.backoff(connectionId))),
          reason,
          countsAsAttempt: false,
          ...(failure.arrived === undefined ? {} : { arrived: failure.arrived }),
        };
      case 'wait':
        if (failure.only === 'pushes')
          return { action: 'wait', due: notTooLate(failure.until), reason, countsAsAttempt: false };
        this.working.delete(connectionId);
        await this.connections.waitUntil(connectionId, failure.until);
        return { action: 'wait', due: whileSilent(failure.until), reason, countsAsAttempt: false };
      case 'pause':
        return this.pause(connectionId, failure.reason, failure.final);
      case 'giveUp':
        return {
          action: 'giveUp',
          due: inMs(intervalMs(BLAMED_ITEM, attempts)),
          reason: failure.reason,
          countsAsAttempt: true,
        };
    }
  }

  private async pause(id: string, reason: string, final?: boolean): Promise<FailureDecision> {
    const { renewedAt = null } = (await this.connections.facts(id)) ?? {};
    if (renewedAt && (await this.isOutdated(id, renewedAt)))
      return { action: 'retry', due: inMs(OUTAGE.initialIntervalMs), reason, countsAsAttempt: false, arrived: false };
    this.working.delete(id);
    await this.pauses.pause(id, reason, renewedAt, final);
    return { action: 'pause', due: inMs(PAUSED_RETRY_MS), reason, countsAsAttempt: false, arrived: false };
  }

  /** A new installation ends the token before it. A call that left with the old token says nothing about the new one. */
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

  /** A paused or silent connection may still answer some calls, so it stays so until its retry is due. */
  private async closePaused(connectionId: string): Promise<void> {
    const isTroubled = this.cache.isTroubled(connectionId);
    // What another process has stored since may be newer than what is remembered here.
    if (isTroubled) this.cache.forgetState(connectionId);
    if ((await this.connections.blockedUntil(connectionId)) !== null) this.working.delete(connectionId);
    else {
      const wasPaused = await this.pauses.unpause(connectionId);
      if (wasPaused) await this.askIfLongAway(connectionId);
      // The owner suspended the app, or removed it: what the channel shows is unknown since then.
      if (wasPaused && this.connections.channel(connectionId)?.connector.install)
        await this.listings.republish(connectionId);
      if (isTroubled) await this.cache.refresh();
    }
  }

  /** The orders of a long pause need a review before it goes live again. */
  private async askIfLongAway(connectionId: string): Promise<void> {
    const facts = await this.connections.facts(connectionId);
    if (facts?.awaySince && facts.publishing === 'shadow')
      await this.alerts.raise('long_pause', connectionId, longAwayDetail(facts.awaySince));
  }

  private backoff(connectionId: string): number {
    const outage = this.outages.get(connectionId) ?? { failures: 0, at: Number.NEGATIVE_INFINITY };
    if (performance.now() - outage.at > SAME_OUTAGE_MS)
      this.outages.set(connectionId, { failures: outage.failures + 1, at: performance.now() });
    const full = intervalMs(OUTAGE, outage.failures);
    return Math.round(full * (0.5 + Math.random() / 2));
  }
}

/** A platform may name any time. */
function notTooLate(at: Date): Date {
  return atMostAhead(at, RETRY_AFTER_MS.longestSilence);
}

/** Work of a connection that is asked to be silent until then. */
function whileSilent(until: Date): Date {
  return atMostAhead(until, RETRY_AFTER_MS.silentConnection);
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}
