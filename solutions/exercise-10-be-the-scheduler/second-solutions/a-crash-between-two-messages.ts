/**
 * Second solution: in the last puzzle the process dies between two messages. It has nothing to do at that moment, but it has something to
 * lose: what it keeps in memory.
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

/** The first instance has looked, and is overtaken. It does not know that its lock is gone. */
export const zombie = [
  'm1 is sent',
  'shipping 1 receives m1',
  'shipping 1 reads',
  'the lock of m1 expires',
  'shipping 2 receives m1',
  'shipping 2 reads',
  'shipping 2 commits',
  'the haulier answers',
  'shipping 2 acks m1',
  'shipping 1 commits',
]

export const looksRight = [
  'm1 is sent with a copy',
  'billing receives m1',
  'billing reads what was paid',
  'billing commits',
  'billing acks m1',
  'billing crashes',
  'billing receives the copy',
]
