import type { ErrorRequestHandler, Request } from 'express';
import { dailyCapText, errorTexts, runCapText } from '../../domain/texts.ts';
import type { Logger } from '../../logger.ts';
import { DailyCapReached } from '../../ports/requests.ts';
import { RunCapReached } from '../../ports/runs.ts';
import type { ErrorAnswer } from '../contract.ts';
import { HttpError } from '../http-error.ts';
import { browserLanguage } from '../language.ts';
import { errorPage } from '../pages/error-page.ts';
import { browserTimeZone } from '../time-zone.ts';

/** The one place where errors become answers: JSON below `/api`, a page elsewhere; never a stack. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = toHttpError(thrown, request);
    if (error.status >= 500) logger.error({ err: thrown, method: request.method, route: routeOf(request) }, error.code);
    // Too late for words: Express cuts the connection.
    if (response.headersSent) return next(error);

    const language = browserLanguage(request);
    response.status(error.status).set('Cache-Control', 'no-store');
    if (thrown instanceof DailyCapReached) response.set('Retry-After', String(secondsUntil(thrown.openAt)));
    if (isApi(request)) response.json(errorAnswer(error, language));
    else response.type('html').send(errorPage(error.code, language));
  };
}

export function errorAnswer(error: HttpError, language: 'ko' | 'en'): ErrorAnswer {
  const { message, hint } = error.words?.(language) ?? errorTexts[error.code][language];
  return { error: { code: error.code, message, hint: error.detail ? `${hint} (${error.detail})` : hint } };
}

/** By the path as it came: routers change `request.path`. */
function isApi(request: Request): boolean {
  return /^\/(api|healthz|readyz)(\/|\?|$)/.test(request.originalUrl);
}

/** Without ids: the pattern of the route, or nothing when none matched. */
function routeOf(request: Request): string | undefined {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  return String(route.path);
}

/** What body-parser and the router report, by the `type` and `status` of http-errors. */
function toHttpError(thrown: unknown, request: Request): HttpError {
  if (thrown instanceof HttpError) return thrown;
  if (thrown instanceof DailyCapReached) {
    const timeZone = browserTimeZone(request);
    return new HttpError(429, 'dailyCapReached', null, (language) => dailyCapText(thrown, { language, timeZone }));
  }
  if (thrown instanceof RunCapReached) {
    return new HttpError(429, 'runCapReached', null, (language) => runCapText(thrown, language));
  }
  const { type, status, code, message } = fieldsOf(thrown);
  if (type === 'entity.parse.failed') return new HttpError(400, 'invalidJson');
  if (status === 413) return new HttpError(413, 'bodyTooLarge');
  if (status === 415) return new HttpError(415, 'wrongContentType');
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpError(400, 'invalidInput');
  const databaseDown = DOWN_CODE.test(String(code)) || DOWN_MESSAGE.test(String(message));
  return databaseDown ? new HttpError(503, 'unavailable') : new HttpError(500, 'internalError');
}

const secondsUntil = (time: Date): number => Math.max(1, Math.ceil((time.getTime() - Date.now()) / 1000));

/** Connection refused, reset or timed out, and Postgres' classes 08, 53 and 57P: not reachable, full, shutting down. */
const DOWN_CODE = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|08\w{3}|53\w{3}|57P\w{2})$/;
/** What the Postgres client says without a code. */
const DOWN_MESSAGE = /^(timeout exceeded when trying to connect|Connection terminated)/;

function fieldsOf(thrown: unknown): { type?: unknown; status?: unknown; code?: unknown; message?: unknown } {
  return typeof thrown === 'object' && thrown !== null ? thrown : {};
}
