import { randomBytes } from 'node:crypto';

/** The last segment of a connect link: 128 random bits. It names a flow and proves nothing (OA-1). */
export function newPublicId(): string {
  return randomBytes(16).toString('base64url');
}
