/**
 * All words in one tree, with the links of Aho and Corasick: a step per byte finds every word that ends there, however
 * they overlap, in time that does not depend on how many there are. Node 0 is the root: nothing has begun.
 */
export interface Trie {
  /** Where `byte` leads from `node`: to the longest beginning of a word that ends with it. */
  step(node: number, byte: number): number;
  /** The node at which `word` ends. */
  find(word: Uint8Array): number;
  /** The number of nodes. A node's number is above those of all that are shorter. */
  size: number;
  /** By node: how many bytes of a word have begun. */
  depth: Int32Array;
  /** By node: the next shorter beginning of a word with which it ends. */
  suffix: Int32Array;
}

const MOST_BYTES = 2 ** 23;

/** @throws RangeError when the words have more than 8 MiB: some 50 KiB of secrets */
export function createTrie(words: readonly Uint8Array[]): Trie {
  const bytes = words.reduce((sum, word) => sum + word.length, 1);
  if (bytes > MOST_BYTES)
    throw new RangeError('The secrets are too long to be masked: nothing is shown without a mask.');
  const depth = new Int32Array(bytes);
  const suffix = new Int32Array(bytes);
  let size = 1;

  // Every edge, a node and a byte in one number, in a hash table that is at most half full: no node is number 0's child.
  const bits = Math.ceil(Math.log2(bytes)) + 1;
  const edges = new Int32Array(2 ** bits);
  const children = new Int32Array(2 ** bits);

  function slotOf(edge: number): number {
    let slot = Math.imul(edge, 0x9e3779b1) >>> (32 - bits);
    while (children[slot] !== 0 && edges[slot] !== edge) slot = (slot + 1) & (2 ** bits - 1);
    return slot;
  }

  function step(node: number, byte: number): number {
    for (let from = node; ; from = suffix[from] ?? 0) {
      const child = children[slotOf((from << 8) | byte)] ?? 0;
      if (child !== 0 || from === 0) return child;
    }
  }

  function grow(node: number, byte: number): number {
    const edge = (node << 8) | byte;
    const slot = slotOf(edge);
    const known = children[slot] ?? 0;
    if (known !== 0) return known;
    edges[slot] = edge;
    children[slot] = size;
    depth[size] = (depth[node] ?? 0) + 1;
    // All that is shorter is there already.
    suffix[size] = node === 0 ? 0 : step(suffix[node] ?? 0, byte);
    return size++;
  }

  let growing = words.map((word) => ({ word, node: 0 }));
  for (let at = 0; growing.length > 0; at++) {
    growing = growing.filter(({ word }) => at < word.length);
    for (const end of growing) end.node = grow(end.node, end.word[at] ?? 0);
  }
  const find = (word: Uint8Array): number => word.reduce((node, byte) => step(node, byte), 0);
  return { step, find, size, depth, suffix };
}
