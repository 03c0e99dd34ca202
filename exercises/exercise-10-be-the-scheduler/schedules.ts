/**
 * You are the scheduler: you decide what happens when, and what goes wrong. Below is one schedule for each puzzle of given.ts, step
 * by step, in words. As they are now, nothing goes wrong.
 */

// TODO: every promise here can be broken. Which step has to come earlier, or later, or not at all, and what has to go wrong?

/** Alice and Bob each bring in a Fiat. */
export const lostUpdate = [
  'the request of alice arrives',
  'alice reads the stock',
  'alice commits',
  'the response to alice arrives',
  'the request of bob arrives',
  'bob reads the stock',
  'bob commits',
]

/** Erika (m1) and Karl (m2) order, and each is told a number. */
export const ghostMessage = [
  'm1 is sent',
  'm2 is sent',
  'orders receives m1',
  'orders reads c1',
  'orders reads the last number',
  'orders publishes',
  'orders commits',
  'orders acks m1',
  'orders receives m2',
]

/** A truck is called for order o1. */
export const zombie = [
  'm1 is sent',
  'shipping 1 receives m1',
  'shipping 1 reads',
  'shipping 1 commits',
  'the haulier answers',
  'shipping 1 acks m1',
]

/** Erika pays once. */
export const looksRight = [
  'm1 is sent',
  'billing receives m1',
  'billing reads what was paid',
  'billing commits',
  'billing acks m1',
]
