import { expect, test } from '@jest/globals';
import { readCloneUrl, repositoryName } from '../../src/domain/clone-url.ts';

const read = (text: string, allowLoopback = false) => readCloneUrl(text, { allowLoopback });

test.each([
  ['https://github.com/owner/repository', 'https://github.com/owner/repository'],
  ['https://github.com/owner/repository.git', 'https://github.com/owner/repository.git'],
  ['  https://github.com/owner/repository/  ', 'https://github.com/owner/repository'],
  ['HTTPS://GitHub.com/Owner/Repository', 'https://github.com/Owner/Repository'],
  ['https://github.com:443/owner/repository', 'https://github.com/owner/repository'],
  ['https://git.sr.ht/~owner/some_repo-1.0', 'https://git.sr.ht/~owner/some_repo-1.0'],
  ['https://gitlab.com/group/sub/group/repository', 'https://gitlab.com/group/sub/group/repository'],
  ['https://git.xn--3e0b707e/owner/repository', 'https://git.xn--3e0b707e/owner/repository'],
])('the address %j is taken as %s', (text, cloneUrl) => {
  expect(read(text)).toEqual({ cloneUrl });
});

test.each([
  // No address at all, or one that a parser would turn into another.
  ['', 'unreadable'],
  ['github.com/owner/repository', 'unreadable'],
  ['git@github.com:owner/repository.git', 'unreadable'],
  ['https:github.com/owner/repository', 'unreadable'],
  ['https:///github.com/owner/repository', 'unreadable'],
  ['https:\\\\github.com\\owner', 'unreadable'],
  ['https://github.com/owner/repo sitory', 'unreadable'],
  ['https://github.com/owner/repo\nsitory', 'unreadable'],
  ['https://github.com/owner/\u0000', 'unreadable'],
  ['https://gıthub.com/owner/repository', 'unreadable'],
  ['--upload-pack=touch /tmp/x', 'unreadable'],
  ['ext::sh -c true', 'unreadable'],
  // Another way to get there.
  ['http://github.com/owner/repository', 'notHttps'],
  ['ssh://git@github.com/owner/repository', 'notHttps'],
  ['git://github.com/owner/repository', 'notHttps'],
  ['file://github.com/etc/passwd', 'notHttps'],
  ['ftp://github.com/owner/repository', 'notHttps'],
  // A secret in the address.
  ['https://owner:secret@github.com/owner/repository', 'credentials'],
  ['https://token@github.com/owner/repository', 'credentials'],
  ['https://@github.com/owner/repository', 'credentials'],
  ['https://:@github.com/owner/repository', 'credentials'],
  ['https://github.com:8443/owner/repository', 'port'],
  ['https://github.com:22/owner/repository', 'port'],
  ['https://github.com:80/owner/repository', 'port'],
  // Not on the public internet, in every spelling of a number.
  ['https://localhost/owner/repository', 'notPublic'],
  ['https://127.0.0.1/owner/repository', 'notPublic'],
  ['https://127.1/owner/repository', 'notPublic'],
  ['https://2130706433/owner/repository', 'notPublic'],
  ['https://0x7f000001/owner/repository', 'notPublic'],
  ['https://0177.0.0.1/owner/repository', 'notPublic'],
  ['https://[::1]/owner/repository', 'notPublic'],
  ['https://[::ffff:10.0.0.1]/owner/repository', 'notPublic'],
  ['https://[fe80::1]/owner/repository', 'notPublic'],
  ['https://10.0.0.1/owner/repository', 'notPublic'],
  ['https://192.168.0.10/owner/repository', 'notPublic'],
  ['https://169.254.169.254/latest/meta-data', 'notPublic'],
  ['https://8.8.8.8/owner/repository', 'notPublic'],
  ['https://metadata.google.internal/computeMetadata/v1', 'notPublic'],
  ['https://metadata/owner/repository', 'notPublic'],
  ['https://git.corp/owner/repository', 'notPublic'],
  ['https://nas.local/owner/repository', 'notPublic'],
  ['https://git.localhost/owner/repository', 'notPublic'],
  ['https://git.home.arpa/owner/repository', 'notPublic'],
  ['https://github.com./owner/repository', 'notPublic'],
  [`https://${'a'.repeat(64)}.com/owner/repository`, 'notPublic'],
  // No repository.
  ['https://github.com', 'path'],
  ['https://github.com/', 'path'],
  ['https://github.com/owner//repository', 'path'],
  ['https://github.com/owner/../repository', 'path'],
  ['https://github.com/owner/%2e%2e/repository', 'path'],
  ['https://github.com/owner/repository?x=1', 'path'],
  ['https://github.com/owner/repository#readme', 'path'],
  ['https://github.com/owner/repository?', 'path'],
  ['https://github.com/owner/rep;sitory', 'path'],
] as const)('the address %j is refused: %s', (text, refused) => {
  expect(read(text)).toEqual({ refused });
});

test('only where it is allowed, this machine is taken too: by http, at any port, and never with a password', () => {
  for (const host of ['localhost:8080', '127.0.0.1:9', '[::1]:3000', '127.0.0.1']) {
    const address = `http://${host}/owner/repository`;
    expect([read(address, true), read(address)]).toEqual([{ cloneUrl: address }, { refused: 'notHttps' }]);
  }
  expect(read('http://owner:secret@localhost:8080/a/b', true)).toEqual({ refused: 'credentials' });
  expect(read('http://10.0.0.1/owner/repository', true)).toEqual({ refused: 'notHttps' });
  expect(read('http://github.com/owner/repository', true)).toEqual({ refused: 'notHttps' });
  expect(read('https://10.0.0.1/owner/repository', true)).toEqual({ refused: 'notPublic' });
});

test.each([
  ['https://github.com/owner/repository', 'repository'],
  ['https://github.com/owner/repository.git', 'repository'],
  ['https://github.com/owner/.git', '.git'],
  [`https://github.com/owner/${'a'.repeat(80)}`, 'a'.repeat(60)],
])('%s is called %s', (cloneUrl, name) => {
  expect(repositoryName(cloneUrl)).toBe(name);
});
