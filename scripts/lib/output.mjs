/** Output for the person at the terminal: plain lines, and for every long step one line with its seconds. */

const TICK_MS = 1_000;
const PLAIN_EVERY_MS = 10_000;

/**
 * @typedef {object} Output
 * @property {(line: string) => void} say
 * @property {<T>(label: string, work: () => Promise<T>) => Promise<T>} step  runs the work and shows how long it takes
 * @property {(elapsedMs: number) => string} seconds
 */

/** @param {number} elapsedMs */
const seconds = (elapsedMs) => `${(elapsedMs / 1000).toFixed(elapsedMs < 10_000 ? 1 : 0)} s`;

/**
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Output}
 */
export function createOutput(stream = process.stdout) {
  // A closed terminal must not end this process before it has stopped what it started.
  stream.on('error', () => {});
  const live = Boolean(stream.isTTY);
  /** @type {{ label: string, since: number }[]} */
  const running = [];

  const clearLive = () => live && running.length > 0 && stream.write('\r\u001b[2K');
  const drawLive = () => {
    const step = running.at(-1);
    if (live && step) stream.write(`\r\u001b[2K  … ${step.label}  ${seconds(Date.now() - step.since)}`);
  };
  const say = (line) => {
    clearLive();
    stream.write(`${line}\n`);
    drawLive();
  };

  const step = async (label, work) => {
    const since = Date.now();
    const entry = { label, since };
    running.push(entry);
    drawLive();
    let shown = live;
    let lastPlain = since;
    const timer = setInterval(() => {
      if (live) return drawLive();
      const now = Date.now();
      if (shown && now - lastPlain < PLAIN_EVERY_MS) return;
      stream.write(shown ? `  … ${label}  ${seconds(now - since)}\n` : `  … ${label}\n`);
      shown = true;
      lastPlain = now;
    }, TICK_MS);
    const end = (mark) => {
      clearInterval(timer);
      clearLive();
      running.splice(running.indexOf(entry), 1);
      stream.write(`  ${mark} ${label}  ${seconds(Date.now() - since)}\n`);
      drawLive();
    };
    try {
      const result = await work();
      end('✓');
      return result;
    } catch (error) {
      end('✗');
      throw error;
    }
  };
  return { say, step, seconds };
}

/** An output that records its lines, for tests. */
export function recordedOutput() {
  /** @type {string[]} */
  const lines = [];
  const say = (line) => void lines.push(line);
  const step = async (label, work) => {
    say(label);
    return work();
  };
  return { say, step, seconds, lines };
}
