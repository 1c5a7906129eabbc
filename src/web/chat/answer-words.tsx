import { Fragment } from 'react';

/** What stands between lines of three backticks was printed by a program, line by line. */
const PRINTED = /^```[a-z]*\n([^]*?)\n```$/m;

/** Three backticks inside of it, which would end it. */
const HELD_APART = '`\u200d`\u200d`';

interface AnswerWordsProps {
  text: string;
}

/** The words of an answer, as text; output of programs keeps its columns. */
export function AnswerWords({ text }: AnswerWordsProps) {
  // Every second part is what was printed.
  return text
    .split(PRINTED)
    .map((part, at) => (
      <Fragment key={at}>
        {at % 2 === 1 ? (
          <samp className="printed">{part.replaceAll(HELD_APART, '```')}</samp>
        ) : (
          part.replace(/^\n|\n$/g, '')
        )}
      </Fragment>
    ));
}
