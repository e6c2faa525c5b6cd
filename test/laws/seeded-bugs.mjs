/**
 * `npm run seeded-bugs`: proves that the tests of the laws can fail. Puts each bug of `seeded/bugs.mjs`
 * into a copy of the source. The test named with it must fail there for the named reason, and pass without
 * the bug. Ends with a table; the exit status says whether every bug was found.
 * npm run seeded-bugs              all of them
 * npm run seeded-bugs -- older     those whose description contains the word
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUGS } from './seeded/bugs.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Bugs tried at the same time. */
const LANES = 2;
const COPIED = [
  'src',
  'scripts',
  'test/laws',
  'test/odoo/support',
  'test/support/patience.mjs',
  'jest.config.mjs',
  'package.json',
  'tsconfig.json',
];

/** A copy of the files that the tests of the laws need. */
function copyTree() {
  const tree = mkdtempSync(join(tmpdir(), 'seeded-bugs-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(tree, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

/**
 * Puts a bug into the copy. Gives back a function that removes it.
 * @throws Error when a piece of source to replace does not occur exactly once
 */
function putIn(tree, { bug, edits }) {
  const before = new Map(edits.map(({ file }) => [file, readFileSync(join(tree, file), 'utf8')]));
  const after = new Map(before);
  for (const { file, from, to } of edits) {
    const parts = after.get(file).split(from);
    if (parts.length !== 2) {
      throw new Error(`"${bug}" cannot be put in: ${parts.length - 1} places of ${file} read\n${from}`);
    }
    after.set(file, parts.join(to));
  }
  const write = (texts) => texts.forEach((text, file) => writeFileSync(join(tree, file), text));
  write(after);
  return () => write(before);
}

/** Runs one test in the copy. Gives back whether it passed, and its output if it failed. */
async function run(tree, { spec, test, runs }) {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const jest = [
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    'laws',
    '--testPathPatterns',
    `/${spec}$`,
  ];
  const args = ['--experimental-vm-modules', ...jest, '--testNamePattern', test, '--json', '--outputFile', report];
  const env = { ...process.env, NODE_ENV: 'test', LAWS_RUNS: String(runs), NODE_OPTIONS: '' };
  delete env.LAWS_SEED;
  delete env.LAWS_PATH;
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: tree, env, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const results = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((file) => file.assertionResults);
  const named = results.filter((result) => result.fullName.includes(test) && result.status !== 'pending');
  if (named.length !== 1) throw new Error(`${spec} has ${named.length} tests that are called "${test}"`);
  return { passed: named[0].status === 'passed', said: named[0].failureMessages.join('\n') };
}

/** Runs a test without any bug, once, with the largest number of runs that any of its bugs needs. */
function sound(tree, { spec, test }, baselines) {
  if (!baselines.has(spec)) {
    const runs = Math.max(...BUGS.filter(({ seen }) => seen.spec === spec).map(({ seen }) => seen.runs));
    baselines.set(spec, run(tree, { spec, test, runs }));
  }
  return baselines.get(spec);
}

async function seeOne(tree, bug, baselines) {
  const without = await sound(tree, bug.seen, baselines);
  if (!without.passed) return { seen: false, why: `the test fails without it, too:\n${without.said.slice(-2_000)}` };
  const takeOut = putIn(tree, bug);
  try {
    const { passed, said } = await run(tree, bug.seen);
    if (passed) return { seen: false, why: 'the test passes all the same' };
    return bug.says.test(said)
      ? { seen: true }
      : { seen: false, why: `the test fails for another reason:\n${said.slice(-2_000)}` };
  } finally {
    takeOut();
  }
}

/** Tries one bug after the other in a copy of its own. Gives back the number of bugs that were not found. */
async function workThrough(queue, baselines) {
  const tree = copyTree();
  let missed = 0;
  try {
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const startedAt = performance.now();
      const { seen, why } = await seeOne(tree, bug, baselines).catch((error) => ({ seen: false, why: String(error) }));
      if (!seen) missed += 1;
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5);
      const where = `${bug.seen.spec}, ${bug.seen.runs} runs`;
      console.log(
        `${seen ? 'seen    ' : 'NOT SEEN'}  ${seconds} s  ${bug.bug}\n${' '.repeat(19)}by ${where}${why ? `\n${why}` : ''}`,
      );
    }
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
  return missed;
}

const words = process.argv.slice(2);
const chosen = BUGS.filter(({ bug }) => words.every((word) => bug.includes(word)));
const queue = [...chosen];
const baselines = new Map();
const lanes = Array.from({ length: Math.min(LANES, availableParallelism()) }, () => workThrough(queue, baselines));
const missed = (await Promise.all(lanes)).reduce((sum, one) => sum + one, 0);
console.log(`${chosen.length - missed} of ${chosen.length} seeded bugs are seen`);
process.exitCode = missed === 0 && chosen.length > 0 ? 0 : 1;
