import type { PreparedWrite } from './writes.js'

/** What code asks of its store. What it gets for it: a `StoredRow`, a `StoredList`, the new versions in the order of the writes. */
export type StoreRequest =
  | { readonly kind: 'get'; readonly collection: string; readonly id: string }
  | { readonly kind: 'list'; readonly collection: string }
  | { readonly kind: 'commit'; readonly writes: readonly PreparedWrite[] }
