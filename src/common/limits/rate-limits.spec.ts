import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LimitsModule } from './limits.module.js';
import { RateLimits } from './rate-limits.service.js';
import { RUN_SCRIPT, type RunScript } from './run-script.js';

const ran: (readonly string[])[] = [];
const runScript: RunScript = async (_script, keys) => {
  ran.push(keys);
  return 250;
};

@Global()
@Module({ providers: [{ provide: RUN_SCRIPT, useValue: runScript }], exports: [RUN_SCRIPT] })
class ScriptsModule {}

describe('RateLimits', () => {
  it('runs its scripts through the runner that its application provides', async () => {
    const module = await Test.createTestingModule({ imports: [ScriptsModule, LimitsModule] }).compile();
    const bucket = { key: 'shop', size: 40, emptiesInMs: 20_000 };
    expect(await module.get(RateLimits).untilRoom(bucket)).toBe(250);
    expect(ran).toEqual([['stock-orchestrator:limit:shop']]);
  });
});
