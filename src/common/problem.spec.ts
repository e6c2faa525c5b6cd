import {
  BadRequestException,
  HttpException,
  InternalServerErrorException,
  PayloadTooLargeException,
} from '@nestjs/common';
import { mongo } from 'mongoose';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.js';
import { asProblem, problemBody } from './problem.js';

const fastifyError = (code: string, statusCode: number, message = 'from the framework') =>
  new HttpException(message, statusCode, {
    cause: Object.assign(new Error(message), { code, statusCode, name: 'FastifyError' }),
  });

describe('asProblem', () => {
  it('passes a ProblemError on as it is', () => {
    const error = new ConflictError('problems.other-master.detail', { master: 'odoo', sku: 'A' });
    expect(asProblem(error)).toBe(error);
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'body-too-large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported-media-type'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'invalid-input'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'invalid-input'],
  ])('maps %s', (code, status, type) => {
    expect(asProblem(fastifyError(code, status))).toMatchObject({ status, type });
  });

  it('quotes nothing of a body that is not JSON', () => {
    const error = Object.assign(new SyntaxError('Unexpected token s, "s3cr3t" is not valid JSON'), { statusCode: 400 });
    const problem = asProblem(error);
    expect(problem).toBeInstanceOf(InvalidInputError);
    expect(JSON.stringify(problemBody(problem as InvalidInputError, '/x', 'c', 'en'))).not.toContain('s3cr3t');
  });

  it("keeps status and text of the framework's exceptions", () => {
    expect(asProblem(new BadRequestException('the text'))).toMatchObject({
      status: 400,
      type: 'bad-request',
      message: 'the text',
    });
    expect(asProblem(new PayloadTooLargeException())).toMatchObject({ status: 413 });
  });

  it('reveals nothing of internal errors', () => {
    expect(asProblem(new Error('connect ECONNREFUSED 10.0.0.7'))).toBeNull();
    expect(asProblem('text')).toBeNull();
    expect(asProblem(new InternalServerErrorException('password of db-1'))).toMatchObject({
      status: 500,
      type: 'internal',
    });
    expect(asProblem(new InternalServerErrorException('password of db-1'))?.message).not.toContain('db-1');
  });

  it('answers 503 while the database is unreachable, without its address', () => {
    const problem = asProblem(new mongo.MongoNetworkError('connect ECONNREFUSED 10.0.0.7:27017'));
    expect(problem).toMatchObject({ status: 503, type: 'unavailable' });
    expect(problem?.message).not.toContain('10.0.0.7');
  });
});

describe('problemBody', () => {
  it('has the members of RFC 9457, the correlation id and the wrong fields', () => {
    const body = problemBody(
      new InvalidInputError([{ field: 'quantity', expected: 'must be a whole number' }]),
      '/erp/stock/reduce',
      'c-1',
      'en',
    );
    expect(body).toEqual({
      type: '/problems/invalid-input',
      title: 'The input is not valid',
      status: 400,
      detail: 'quantity: must be a whole number',
      code: 'problems.invalid-input.fields',
      params: { fields: 'quantity: must be a whole number' },
      instance: '/erp/stock/reduce',
      correlationId: 'c-1',
      errors: [{ field: 'quantity', expected: 'must be a whole number' }],
    });
  });

  it('lets no extension replace a standard member', () => {
    const extra = { status: 200, type: 'x', instance: 'y', code: 'z' };
    const error = new ConflictError('problems.last-warehouse.detail', {}, extra);
    expect(problemBody(error, '/p', 'c', 'en')).toMatchObject({
      status: 409,
      type: '/problems/last-warehouse',
      code: 'problems.last-warehouse.detail',
      instance: '/p',
    });
  });

  it('is in the language of its reader, by a code and values that do not change', () => {
    const error = new NotFoundError('problems.not-found.order', { order: '17' });
    const same = { type: '/problems/not-found', code: 'problems.not-found.order', params: { order: '17' } };
    expect(problemBody(error, '/p', 'c', 'en')).toMatchObject({ ...same, detail: 'there is no order 17' });
    expect(problemBody(error, '/p', 'c', 'es')).toMatchObject({
      ...same,
      title: 'No encontrado',
      detail: 'no existe el pedido 17',
    });
    expect(error.message).toBe('there is no order 17');
  });
});
