import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { ConnectionsService } from '../connectors/connections.service.js';
import { type Remedy } from '../connectors/contract.js';
import { ConnectorRegistry } from '../connectors/registry.js';

/** What is to become of work that failed: look again at `due`, or give it up. */
export interface Verdict {
  readonly remedy: Remedy['do'];
  readonly due: Date;
  readonly reason: string;
  /** The item itself is at fault: this uses up an attempt. */
  readonly blamed: boolean;
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

/** Turns an error of a connector into what to do, and lets the connection as a whole wait or pause. */
@Injectable()
export class RemedyService {
  private readonly outages = new Map<string, { failures: number; at: number }>();
  /** Connections that are known to work since they were last paused. */
  private readonly working = new Set<string>();

  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly connections: ConnectionsService,
    private readonly alerts: AlertsService,
  ) {}

  /** The connection works: the next outage begins with the shortest wait again. */
  worked(connectionId: string): void {
    this.outages.delete(connectionId);
    if (this.working.has(connectionId)) return;
    this.working.add(connectionId);
    this.closePaused(connectionId).catch(() => this.working.delete(connectionId));
  }

  /** `attempts`: how often the item itself was blamed before; each time it is left alone for longer. */
  async decide(connectionId: string, error: unknown, attempts = 0): Promise<Verdict> {
    const reason = error instanceof Error ? error.message : 'unknown error';
    if (error instanceof BlockedError)
      return { remedy: 'wait', due: error.until === 'paused' ? inMs(PAUSED_MS) : error.until, reason, blamed: false };
    const connection = this.connections.get(connectionId);
    const remedy: Remedy = connection ? this.registry.any(connection).connector.classify(error) : { do: 'retry' };
    switch (remedy.do) {
      case 'retry':
        return {
          remedy: 'retry',
          due: inMs(remedy.afterMs ?? this.backoff(connectionId)),
          reason,
          blamed: false,
          ...(remedy.arrived === undefined ? {} : { arrived: remedy.arrived }),
        };
      case 'wait':
        if (remedy.only === undefined) await this.connections.waitUntil(connectionId, remedy.until);
        return { remedy: 'wait', due: remedy.until, reason, blamed: false };
      case 'pause':
        this.working.delete(connectionId);
        if (await this.connections.pause(connectionId, remedy.reason))
          await this.alerts.raise('connection_paused', connectionId, remedy.reason);
        return { remedy: 'pause', due: inMs(PAUSED_MS), reason: remedy.reason, blamed: false, arrived: false };
      case 'giveUp':
        return {
          remedy: 'giveUp',
          due: inMs(Math.min(BLAMED_FIRST_MS * 2 ** Math.min(attempts, 10), BLAMED_LONGEST_MS)),
          reason: remedy.reason,
          blamed: true,
        };
    }
  }

  /** A start has unpaused it, and somebody has mended it: one that is paused may still answer some calls. */
  private async closePaused(connectionId: string): Promise<void> {
    if ((await this.connections.blockedUntil(connectionId)) === 'paused') this.working.delete(connectionId);
    else {
      await this.connections.resume(connectionId);
      await this.alerts.close('connection_paused', connectionId);
    }
  }

  private backoff(connectionId: string): number {
    const outage = this.outages.get(connectionId) ?? { failures: 0, at: 0 };
    if (Date.now() - outage.at > TOGETHER_MS) this.outages.set(connectionId, { failures: outage.failures + 1, at: Date.now() });
    const full = Math.min(FIRST_MS * 2 ** Math.min(outage.failures, 10), LONGEST_MS);
    return Math.round(full * (0.5 + Math.random() / 2));
  }
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}
