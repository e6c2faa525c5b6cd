import { Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { AppConfig } from '../../config/app-config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type ChannelConnector } from '../../connectors/contract.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type Bound } from '../../connectors/registry.js';
import { type Listing } from '../../listings/listing.schema.js';
import { asFinding, keyOfLine, RunLinesRepository } from '../runs/run-lines.repository.js';
import { type Run, type RunLine } from '../runs/run.schema.js';
import { type Finding, type RunCursor, type StepResult } from '../runs/run.types.js';
import { ChannelDrift } from './channel-drift.service.js';
import { ChannelNumbers } from './channel-numbers.service.js';
import { ListingObservations, type ObservedListing } from './listing-observations.service.js';
import { PartUnworkableError, type PartWorker, type StepOf } from './step.js';

/**
 * `catalogue`: for a channel that returns only its whole catalogue. `first`: every listing; `again`: those
 * that differed, a while later, because a sale or a push may have been in flight.
 */
type Phase = 'catalogue' | 'first' | 'catalogue_again' | 'again';

/** Compares every listing of a channel with its published number. */
@Injectable()
export class ChannelStockStep implements PartWorker {
  constructor(
    private readonly config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly numbers: ChannelNumbers,
    private readonly observations: ListingObservations,
    private readonly lines: RunLinesRepository,
    private readonly drift: ChannelDrift,
  ) {}

  async step(step: StepOf): Promise<StepResult> {
    const bound = this.connections.channel(step.part.connection);
    if (!bound) throw new PartUnworkableError(`${step.part.connection} is not connected`);
    const phase = (step.cursor?.phase ?? firstPhase(bound)) as Phase;
    switch (phase) {
      case 'catalogue':
        return this.catalogue(bound, 'first');
      case 'first':
        return this.first(bound, step);
      case 'catalogue_again':
        return this.catalogue(bound, 'again');
      case 'again':
        return this.again(bound, step);
    }
  }

  private async catalogue({ connection }: Bound<ChannelConnector>, next: Phase): Promise<StepResult> {
    const since = new Date();
    await this.numbers.readCatalogue(connection.id);
    return { matched: 0, findings: [], next: { phase: next, after: null, since } };
  }

  private async first(bound: Bound<ChannelConnector>, { run, cursor, size, again }: StepOf): Promise<StepResult> {
    const listings = await this.listings.page(bound.connection.id, cursor?.after ?? '', size);
    const ids = listings.map((listing) => listing._id);
    if (again) await this.lines.forget(run, ids);
    const looked = await this.observations.at(bound, listings, sinceOf(run, cursor));
    const same = looked.filter(({ verdict }) => verdict === 'same').map(({ listing }) => listing);
    await this.drift.settled(bound.connection, same);
    const findings = looked.filter(({ verdict }) => verdict !== 'same').map(suspected);
    const last = listings.length === size ? ids.at(-1) : undefined;
    const next = last === undefined ? await this.afterFirst(bound, run, findings) : goingOn('first', last, cursor);
    return { matched: same.length, findings, next };
  }

  /** Differences are read once more after a while. */
  private async afterFirst(
    bound: Bound<ChannelConnector>,
    run: Run,
    findings: readonly Finding[],
  ): Promise<RunCursor | null> {
    const isAny =
      findings.some(({ outcome }) => outcome === 'suspect') || (await this.lines.suspects(run, null, 1)).length > 0;
    if (!isAny) return null;
    const notBefore = new Date(Date.now() + this.config.values.RECONCILE_SECOND_LOOK_MS);
    return { phase: bound.connector.readStock ? 'again' : 'catalogue_again', after: null, notBefore };
  }

  /**
   * Stored before anything is corrected, so that a repeated step corrects the finding instead of finding
   * it corrected.
   */
  private async again(bound: Bound<ChannelConnector>, { run, cursor, size }: StepOf): Promise<StepResult> {
    const lines = await this.lines.suspects(run, cursor?.after ?? null, size);
    const open = lines.filter(({ outcome }) => outcome === 'suspect');
    const listings = await this.listings.byIds(open.map(keyOfLine));
    const looked = new Map(
      (await this.observations.at(bound, listings, sinceOf(run, cursor))).map((look) => [look.listing._id, look]),
    );
    const findings = lines.map((line) =>
      line.outcome === 'suspect' ? decided(line, looked.get(keyOfLine(line))) : asFinding(line),
    );
    await this.lines.put(run, findings);
    checkpoint('run.found');
    await this.drift.put(
      bound.connection,
      findings.filter(({ outcome }) => outcome === 'drifted'),
    );
    const same = [...looked.values()].filter(({ verdict }) => verdict === 'same');
    await this.drift.settled(
      bound.connection,
      same.map(({ listing }) => listing),
    );
    const last = lines.length === size ? lines.at(-1)?._id : undefined;
    return { matched: 0, findings, next: last === undefined ? null : goingOn('again', last, cursor) };
  }
}

function sinceOf(run: Run, cursor: RunCursor | null): Date {
  return cursor?.since ?? run.startedAt;
}

function goingOn(phase: Phase, after: string, cursor: RunCursor | null): RunCursor {
  return { phase, after, ...(cursor?.since ? { since: cursor.since } : {}) };
}

function firstPhase({ connector }: Bound<ChannelConnector>): Phase {
  return connector.readStock ? 'first' : 'catalogue';
}

function aboutOf({ _id, sku, externalId }: Listing): Pick<Finding, 'key' | 'sku' | 'externalId'> {
  return { key: _id, sku, ...(externalId === undefined ? {} : { externalId }) };
}

function numbersOf({ expected, shown }: ObservedListing): Pick<Finding, 'ours' | 'theirs'> {
  return { ...(expected === undefined ? {} : { ours: expected }), ...(shown ? { theirs: shown.quantity } : {}) };
}

/** A difference counts when it was seen twice. */
function suspected(look: ObservedListing): Finding {
  const about = { ...aboutOf(look.listing), ...numbersOf(look) };
  return { ...about, outcome: look.verdict !== 'untold' ? 'suspect' : look.listing.unlimited ? 'infinite' : 'untold' };
}

const DECIDED = {
  same: 'matched',
  differs: 'drifted',
  held: 'held',
  moving: 'moving',
  missing: 'missing_in_channel',
  untold: 'untold',
} as const satisfies Record<ObservedListing['verdict'], Finding['outcome']>;

/** A listing that was removed in the meantime is left out. */
function decided(line: RunLine, look: ObservedListing | undefined): Finding {
  if (!look) return { ...asFinding(line), outcome: 'matched', again: true };
  return { ...aboutOf(look.listing), ...numbersOf(look), outcome: DECIDED[look.verdict], again: true };
}
