/** More at once would take the connections that requests need. */
const AT_ONCE = 5;

/**
 * Does `work` for each item, a few at a time. One that throws, or takes its time, does not keep the others waiting.
 * @returns for how many it answered true
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<boolean>,
  onTrouble: (error: unknown) => void,
): Promise<number> {
  const left = [...items];
  let count = 0;
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        if (await work(item)) count += 1;
      } catch (error) {
        onTrouble(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return count;
}
