/**
 * Near miss: two instances take the same message, although nothing has happened to the lock. That is what the lock prevents.
 *
 * Caught by: ★ an expired lock and its zombie
 * Because: Step 4, "shipping 2 receives m1", is not possible at that moment
 */

/** Alice and Bob each bring in a Fiat. Both read before either commits: no fault needed. */
export const lostUpdate = [
  'the request of alice arrives',
  'alice reads the stock',
  'the request of bob arrives',
  'bob reads the stock',
  'alice commits',
  'bob commits',
]

/** Erika (m1) was told a number that died with the process. Karl (m2) comes next, and gets it. */
export const ghostMessage = [
  'm1 is sent',
  'm2 is sent',
  'orders receives m1',
  'orders reads c1',
  'orders reads the last number',
  'orders publishes',
  'orders crashes',
  'orders receives m2',
]

export const zombie = [
  'm1 is sent',
  'shipping 1 receives m1',
  'shipping 1 reads',
  'shipping 2 receives m1',
  'shipping 2 reads',
]

/** The crash empties the memory; the copy is delivered for the first time, so the store is not asked. */
export const looksRight = [
  'm1 is sent with a copy',
  'billing receives m1',
  'billing reads what was paid',
  'billing commits',
  'billing crashes',
  'billing receives the copy',
]
