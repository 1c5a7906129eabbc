import type { MouseEvent } from 'react';

/**
 * False for the second click of a double click. What was under the first one may have made room for something else by
 * then: nobody says yes to what they have not seen.
 */
export const isFirst = (click: MouseEvent): boolean => click.detail <= 1;
