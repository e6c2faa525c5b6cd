/**
 * The compiled program as one file, for tests that start it very often: loading a thousand modules takes
 * most of a start. It contains pure code only; packages that read files beside them stay outside.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './errors.mjs';
import { inputsHash } from './build.mjs';

export const BUNDLE = 'dist/bundle/src/main.js';
const STAMP = 'dist/bundle/.inputs.sha256';
/** Packages that read files beside them: Redis scripts, pages. */
const BESIDE_FILES = ['bull', 'ioredis', 'swagger-ui-dist', '@fastify/static'];
/** Optional dependencies of our packages that are not installed. */
const NOT_INSTALLED = [
  '@nestjs/websockets',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@fastify/multipart',
  '@fastify/cookie',
  '@fastify/view',
  '@nestjs/typeorm',
  '@nestjs/sequelize',
  '@mikro-orm/*',
  'typeorm',
  'sequelize',
  '@grpc/*',
  'class-transformer/storage',
  'mongodb-client-encryption',
  '@mongodb-js/zstd',
  '@aws-sdk/credential-providers',
  'kerberos',
  'snappy',
  'socks',
  'aws4',
  'gcp-metadata',
];
/** The globals of a CommonJS module. */
const SURROUNDINGS = [
  "import { createRequire as __requireFrom } from 'node:module';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  "import { dirname as __folderOf } from 'node:path';",
  'const require = __requireFrom(import.meta.url);',
  'const __filename = __pathOf(import.meta.url);',
  'const __dirname = __folderOf(__filename);',
].join('\n');

/**
 * Makes the bundle of the current build, unless it exists.
 * @param {{ root: string, output: import('./output.mjs').Output }} options
 */
export async function ensureBundled({ root, output }) {
  const hash = inputsHash(root);
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const { build } = await import('esbuild');
  await output.step('bundling', () =>
    build({
      absWorkingDir: root,
      entryPoints: ['dist/src/main.js'],
      outfile: BUNDLE,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      keepNames: true,
      external: [...BESIDE_FILES, ...NOT_INSTALLED],
      banner: { js: SURROUNDINGS },
      logLevel: 'silent',
    }).catch((error) => {
      throw new StartError(`The program could not be made one file:\n${error.message}`);
    }),
  );
  writeFileSync(stamp, hash);
}
