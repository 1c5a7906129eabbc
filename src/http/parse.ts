import type { Request } from 'express';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

/** A JSON body as its schema says. No body at all counts as `{}`. @throws HttpError 400 */
export function parseBody<T>(schema: z.ZodType<T>, request: Request): T {
  const body: unknown = request.body;
  return parse(schema, body === undefined ? {} : body);
}

export function parseQuery<T>(schema: z.ZodType<T>, request: Request): T {
  return parse(schema, request.query);
}

/** What a schema of path parameters reads; an id that is not well formed names nothing. @throws HttpError 404 */
export function parseParams<T>(schema: z.ZodType<T>, request: Request): T {
  const parsed = schema.safeParse(request.params);
  if (!parsed.success) throw new HttpError(404, 'notFound');
  return parsed.data;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HttpError(400, 'invalidInput', describe(parsed.error));
  return parsed.data;
}

const MAX_DETAIL = 160;

/** The first problem, such as `clientId: Invalid input: expected string, received number`. */
function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  const place = issue?.path.map(String).join('.');
  return [place, issue?.message].filter(Boolean).join(': ').slice(0, MAX_DETAIL);
}
