/**
 * States are remembered by hash only (hash compaction: Wolper and Leroy, 1993). A hash has 52 bits and is an ordinary number, so
 * that it can be a fast `Map` key and two of them can be added exactly. Among 100,000 states the chance that any two share a hash
 * is about one in a million.
 *
 *     hashText('orders')            of a text
 *     mix(a, b)                     of a sequence: mix(mix(0, a), b) differs from mix(mix(0, b), a)
 *     add(a, b), subtract(a, b)     of a multiset: the order does not count, and a member can be taken out again
 */
export type Hash = number

const modulus = 2 ** 52
const word = 2 ** 32

/** The hash of a text. After "cyrb53" by bryc (public domain), cut to 52 bits. */
export function hashText(text: string): Hash {
  let h1 = 0xdeadbeef
  let h2 = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    h1 = Math.imul(h1 ^ code, 2654435761)
    h2 = Math.imul(h2 ^ code, 1597334677)
  }
  return finish(h1, h2)
}

/** The hash of the sequence `a, b`; both are hashes or whole numbers from 0 to 2⁵³ − 1. */
export function mix(a: Hash, b: number): Hash {
  const low = b >>> 0
  const high = (b / word) >>> 0
  let h1 = (a >>> 0) ^ 0x9e3779b9
  let h2 = ((a / word) >>> 0) ^ 0x85ebca6b
  h1 = Math.imul(h1 ^ low, 2654435761)
  h2 = Math.imul(h2 ^ low, 1597334677)
  h1 = Math.imul((h1 ^ high) + (h2 >>> 15), 2654435761)
  h2 = Math.imul((h2 ^ high) + (h1 >>> 13), 1597334677)
  return finish(h1, h2)
}

export function add(a: Hash, b: Hash): Hash {
  const sum = a + b
  return sum >= modulus ? sum - modulus : sum
}

export function subtract(a: Hash, b: Hash): Hash {
  return a >= b ? a - b : a - b + modulus
}

function finish(first: number, second: number): Hash {
  let h1 = first
  let h2 = second
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return (h2 & 0xfffff) * word + (h1 >>> 0)
}
