/** Markup that was made by `html` and may stand in a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = string | number | Html | readonly Html[] | null;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters, and those that reorder what is read: they would let a text pretend to be another one. */
const DECEPTIVE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** A template whose values are text, unless `html` made them; null and an empty list are nothing. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map((string, index) => string + (index < values.length ? render(values[index] ?? null) : ''));
  return new Html(parts.join(''));
}

function render(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map((part) => part.markup).join('');
  return escapeHtml(String(value));
}

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(DECEPTIVE, '\ufffd')
    .replace(/[&<>"']/g, (each) => ESCAPES[each] ?? each);
}
