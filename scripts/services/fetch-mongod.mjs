/**
 * Downloads mongod into the folder given as argument and says where it is in its last line.
 * A program of its own, so that a stalled download can be ended.
 */
import { MongoBinary } from 'mongodb-memory-server-core';

try {
  const path = await MongoBinary.getPath({ downloadDir: process.argv[2], checkMD5: true });
  process.stdout.write(`\n${path}\n`);
} catch (error) {
  process.stderr.write(`${error.cause?.message ?? error.message}\n`);
  process.exit(1);
}
