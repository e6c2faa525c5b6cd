import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { NotFoundError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { DEFAULT_LANGUAGE, isLanguage, LANGUAGES, type Language } from '../../words/language.js';
import { Words } from '../../words/words.js';

class LanguageList {
  @ApiProperty({ type: [String], example: LANGUAGES })
  languages!: readonly Language[];

  @ApiProperty({ enum: LANGUAGES })
  default!: Language;
}

class LanguageWords {
  @ApiProperty({ enum: LANGUAGES })
  language!: Language;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'alerts.oversold.title': 'Sold more than there is' },
    description: 'By code. `{name}` stands for a value, `{n, plural, one {...} other {...}}` follows a number',
  })
  words!: Readonly<Record<string, string>>;
}

/** The texts behind the codes, for screens and mails. They say nothing of any merchant. */
@ApiTags('words')
@Controller('words')
export class WordsController {
  /** The texts never change while the process runs. */
  private readonly bodies: ReadonlyMap<Language, { readonly body: string; readonly etag: string }>;

  constructor(words: Words) {
    this.bodies = new Map(
      LANGUAGES.map((language) => {
        const body = JSON.stringify({ language, words: words.all(language) } satisfies LanguageWords);
        return [language, { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` }];
      }),
    );
  }

  @Get()
  @LogAction('words.languages', { public: true })
  @ApiOperation({ summary: 'The languages of the texts' })
  @ApiOkResponse({ type: LanguageList })
  languages(): LanguageList {
    return { languages: LANGUAGES, default: DEFAULT_LANGUAGE };
  }

  @Get(':language')
  @LogAction('words.get', { public: true })
  @ApiOperation({ summary: 'All texts of a language, by code. 304 where `If-None-Match` names the same ones' })
  @ApiParam({ name: 'language', enum: LANGUAGES })
  @ApiOkResponse({ type: LanguageWords })
  async get(
    @Param('language') language: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = isLanguage(language) ? this.bodies.get(language) : undefined;
    if (!found) throw new NotFoundError('problems.not-found.language');
    reply.headers({ etag: found.etag, 'cache-control': 'public, max-age=300', 'content-language': language });
    if (isKnown(known, found.etag)) await reply.status(304).send();
    else await reply.type('application/json; charset=utf-8').send(found.body);
  }
}

/** `If-None-Match` lists tags and compares them weakly (RFC 9110, 13.1.2). */
function isKnown(known: string | undefined, etag: string): boolean {
  return (
    known
      ?.slice(0, 1_000)
      .split(',')
      .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag) ?? false
  );
}
