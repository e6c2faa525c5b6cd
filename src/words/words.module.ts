import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CORE_WORDS } from './core-words.js';
import { Words, type WordBook } from './words.js';

/** The texts of the core and of the connectors, for every room. */
@Global()
@Module({})
export class WordsModule {
  /** `connectors`: their language files, by the connector's name. */
  static with(connectors: Readonly<Record<string, WordBook>>): DynamicModule {
    return {
      module: WordsModule,
      providers: [{ provide: Words, useValue: new Words({ ...connectors, ...CORE_WORDS }) }],
      exports: [Words],
    };
  }
}
