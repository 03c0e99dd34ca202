/**
 * Near miss: both requests go to the same instance. It handles one at a time, so they never meet.
 *
 * Caught by: ★ lost update
 * Because: Step 2, "bob arrives at web 1", is not possible at that moment
 */

export const lostUpdate = [
  'alice arrives at web 1',
  'bob arrives at web 1',
  'alice reads',
  'bob reads',
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

/** The crash empties the memory; the copy is delivered for the first time, so the store is not asked. */
export const looksRight = [
  'm1 is sent with a copy',
  'billing receives m1',
  'billing reads what was paid',
  'billing commits',
  'billing crashes',
  'billing receives the copy',
]
