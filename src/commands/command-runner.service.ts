import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { LEDGER } from '../stock/ledger.types.js';
import { refusal } from './answers.js';
import { CommandsRepository } from './commands.repository.js';
import { type StockCommand } from './command.schema.js';
import { type CommandAnswer } from './command.types.js';
import { ErpChange } from './erp-change.service.js';
import { HandOverRunner } from './hand-over/hand-over-runner.service.js';
import { LedgerChange } from './ledger-change.service.js';
import { LedgerSaga } from './ledger-saga.service.js';
import { ReturnRunner } from './returns/return-runner.service.js';

/** Advances a command from its state to its answer. Every step can be repeated. */
@Injectable()
export class CommandRunner {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly ledger: LedgerChange,
    private readonly saga: LedgerSaga,
    private readonly erp: ErpChange,
    private readonly returns: ReturnRunner,
    private readonly handOver: HandOverRunner,
  ) {}

  async run(command: StockCommand): Promise<CommandAnswer> {
    const answer = await this.carryOut(command).catch((error: unknown) => refusal(error));
    const stands = await this.repository.answer(command._id, answer);
    checkpoint('command.answered');
    return stands;
  }

  private carryOut(command: StockCommand): Promise<CommandAnswer> {
    const { change } = command;
    if (change.kind === 'return') return this.returns.run(command, change);
    if (change.kind === 'hand_over') return this.handOver.run(command, change);
    if (change.kind !== 'adjust')
      return change.master === LEDGER ? this.ledger.changeBy(command, change) : this.erp.changeBy(command, change);
    const [line, ...others] = change.lines;
    if (!line || others.length > 0) return this.saga.run(command, change.lines);
    return line.master === LEDGER ? this.ledger.adjust(command, line) : this.erp.adjust(command, line);
  }
}
