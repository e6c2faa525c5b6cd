/** `npm run create-connector -- NAME`: the folder of a new channel, its conformance test, and the line that registers it. */
import { createConnector } from './lib/create-connector.mjs';
import { endWith } from './lib/ending.mjs';
import { ROOT } from './lib/paths.mjs';

await endWith(async () => {
  const [name = '', ...more] = process.argv.slice(2);
  const files = await createConnector({ root: ROOT, name: more.length > 0 ? [name, ...more].join(' ') : name });
  process.stdout.write(
    [
      ...files,
      '',
      'Next: npm run env-example writes its settings to .env.example.',
      `      npx jest test/conformance/${name}.spec.ts says, clause by clause, what is left to do.`,
      '      docs/connectors/writing-one.md explains the members.',
      '',
    ].join('\n'),
  );
});
