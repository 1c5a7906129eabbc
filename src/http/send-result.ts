import type { Response } from 'express';
import type { ResultPage } from './pages/result-page.ts';

/**
 * Sends how a browser trip ended. The way back is a header, not an element: the same to browsers, and nothing in the page
 * that tools for accessibility take for a page that reloads itself.
 */
export function sendResult(response: Response, page: ResultPage): void {
  if (page.refresh) response.set('Refresh', `${page.refresh.seconds};url=${page.refresh.to}`);
  response.status(page.status).type('html').send(page.body);
}
