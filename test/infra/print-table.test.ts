import { expect, test } from '@jest/globals';
import { printTable } from '../../infra/local/settings/print-table.ts';

test('the columns of the table stand below each other, in Korean too', () => {
  const lines: string[] = [];
  printTable(
    [
      { name: 'Postgres', address: '127.0.0.1:5433', kind: 'embedded' },
      { name: 'containers', address: 'Docker를 켜 주세요', kind: 'broken' },
    ],
    (line) => lines.push(line),
  );
  expect(lines).toEqual([
    '',
    '  part        address             kind',
    '  Postgres    127.0.0.1:5433      embedded',
    '  containers  Docker를 켜 주세요  not working',
    '',
  ]);
});
