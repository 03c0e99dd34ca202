import type { WireRequest, WireResponse } from './messages.js'

/** What code asks of the network. What it gets for it: a `WireResponse` for a request; a response to somebody ends the work, and gets nothing. */
export type NetworkRequest =
  | { readonly kind: 'request'; readonly host: string; readonly wire: WireRequest; /** Milliseconds. */ readonly timeout: number }
  | { readonly kind: 'respond'; readonly response: WireResponse; /** The exchange that it belongs to. */ readonly exchange: number }
