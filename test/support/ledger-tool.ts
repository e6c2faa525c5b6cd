import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `npm run ledger` as a process on the given database. */
export function ledgerTool(uri: string, ...args: string[]): Promise<Said> {
  const { PATH = '', TEST_DIST = 'dist' } = process.env;
  const main = join(process.cwd(), TEST_DIST, 'src/cli/ledger/main.js');
  return said(
    spawn(process.execPath, ['--enable-source-maps', main, ...args], {
      env: { PATH, NODE_ENV: 'test', MONGODB_URI: uri },
    }),
  );
}

function said(child: ReturnType<typeof spawn>): Promise<Said> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, err }));
  });
}
