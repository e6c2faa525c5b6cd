import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpConnector, type ErpTransfer } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { type ReasonCode } from '../words/core-words.js';
import { problem } from './answers.js';
import { type StockCommand } from './command.schema.js';
import { type CommandAnswer } from './command.types.js';
import { transferName } from './transfer-names.js';

/** Booked in the ERP under its reference; or never to be booked, with the reason. */
export type Booking = { readonly reference: string } | { readonly refusal: string };

/** The reason that a change waits while its ERP is in shadow. */
export const NOT_LIVE: ReasonCode = 'reasons.not_live';

/** Nothing can be booked now. */
export interface Obstacle {
  /** Why what was begun waits. */
  readonly reason: ReasonCode;
  /** The refusal of what was not begun. */
  readonly answer: CommandAnswer;
}

/** The transfer to book for a command. */
export interface Asked extends Pick<ErpTransfer, 'origin' | 'direction' | 'warehouse' | 'lines'> {
  /** Distinguishes the transfers of one command. */
  readonly part?: string;
}

/** Books commands in the ERP under names of their own, so that an earlier call is found again. */
@Injectable()
export class ErpGateway {
  constructor(private readonly connections: ConnectionsService) {}

  /** The reason why nothing can be booked at `master`; null: it can. */
  obstacle(master: string): Obstacle | null {
    const erp = this.of(master);
    if (!erp) return { reason: 'reasons.no_erp', answer: problem(409, 'problems.not-connected.detail', { master }) };
    return erp.connection.publishing === 'shadow'
      ? { reason: NOT_LIVE, answer: problem(409, 'problems.shadow.detail') }
      : null;
  }

  /**
   * Books it once, however often it is called. A transfer that the ERP refuses for good is cancelled
   * there, so that it can never happen.
   */
  async book({ _id }: StockCommand, master: string, { part, ...asked }: Asked): Promise<Booking> {
    const erp = this.of(master);
    if (!erp) throw new Error(`${master} is not configured`);
    const { connector, connection } = erp;
    const name = transferName(connection.installation, _id, part);
    const transfer: ErpTransfer = { name, ...asked, ifShort: 'cancel' };
    try {
      const result = await connector.transfer(transfer, connection);
      if (result.state === 'done') return { reference: result.reference };
      return { refusal: result.state === 'cancelled' ? 'it was cancelled in the ERP' : result.detail };
    } catch (error) {
      const remedy = connector.classify(error);
      if (remedy.do !== 'giveUp') throw error;
      const { state } = await connector.cancelTransfer(transfer, connection);
      return state === 'done' ? { reference: transfer.name } : { refusal: remedy.reason };
    }
  }

  private of(master: string): Bound<ErpConnector> | null {
    return this.connections.erp(master);
  }
}
