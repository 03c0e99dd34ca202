/**
 * Second solution: other schedules that break the same promises with as few faults, in other words.
 */

export const lostUpdate = [
  'bob arrives at web 1',
  'bob reads',
  'alice arrives',
  'alice reads',
  'alice commits',
  '204 alice arrives',
  'bob commits',
]

export const ghostMessage = [
  'web sends SubmitOrder m1',
  'orders gets m1',
  'reads c1',
  'reads numbers last',
  'publishes NumberTold',
  'SubmitOrder m2 is sent',
  'orders dies',
  'orders gets m2',
]

export const zombie = [
  'CallTruck is sent',
  'shipping receives CallTruck',
  'shipping reads',
  'shipping stalls',
  'shipping 2 receives',
  'delivery 2 reads',
  'shipping 1 commits',
  'shipping 2 commits',
]

export const looksRight = [
  'BookPayment m1 is sent twice',
  'billing receives the copy',
  'billing reads paid',
  'billing commits',
  'billing crashes',
  'billing receives m1',
]
