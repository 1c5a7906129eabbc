import type { Callback } from '../connections/consent.ts';

/** Most that a parameter may hold. Codes of providers are a few hundred characters, `state` is 43 of ours. */
const MAX_LENGTH = { state: 128, code: 2048, error: 128, iss: 512, error_description: 2048, error_uri: 2048 };

type Name = keyof typeof MAX_LENGTH;

/** RFC 6749 appendix A: printable ASCII and nothing else. Also excludes what was not valid UTF-8. */
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * The parameters of a callback (OA-7): each at most once and of bounded length. Parameters that we do not know are
 * ignored, as RFC 6749 4.1.2 asks; ours in list form (`state[]`) make the callback malformed.
 */
export function readCallbackQuery(
  search: string,
): Pick<Callback, 'state' | 'code' | 'error' | 'iss' | 'malformed'> & { description: string | null } {
  const query = new URLSearchParams(search);
  let malformed = [...query.keys()].some((key) => /^(state|code|error|iss)\[/.test(key));

  const read = (name: Name): string | null => {
    const values = query.getAll(name);
    const [value] = values;
    if (value === undefined) return null;
    const sane = values.length === 1 && value.length <= MAX_LENGTH[name];
    // The description is for people: any text will do, as it is shown to nobody.
    if (sane && (name === 'error_description' || PRINTABLE.test(value))) return value;
    malformed = true;
    return null;
  };

  const [state, code, error, iss] = [read('state'), read('code'), read('error'), read('iss')];
  const description = read('error_description');
  read('error_uri');
  // RFC 6749 4.1.2: either a code or an error.
  if ((code === null) === (error === null)) malformed = true;
  return { state, code, error, iss, malformed, description };
}
