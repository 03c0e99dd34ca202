import { isList, isRecord } from './sets.js'

/**
 * Which variables keep growing: for each place in the state a size (a number's magnitude, the length of a list or text), compared at
 * a quarter, half, three quarters and the end of some longest paths. A bounded variable reaches its largest size and stops; an
 * unbounded one is larger every time. A sign, not a proof: no finite search can tell a very large space from an endless one.
 */
export function growingVariables(paths: readonly (readonly unknown[])[]): string[] {
  const largest = [0.25, 0.5, 0.75, 1].map((part) => {
    const sizes = new Map<string, number>()
    for (const path of paths) measure(path[Math.round((path.length - 1) * part)], '', sizes)
    return sizes
  })
  const [quarter, half, threeQuarters, end] = largest
  if (!quarter || !half || !threeQuarters || !end) return []
  const growing: string[] = []
  for (const [place, size] of end) {
    const sizes = [quarter, half, threeQuarters].map((earlier) => earlier.get(place) ?? 0)
    const grows = [...sizes, size].every((later, index, all) => index === 0 || later > (all[index - 1] ?? 0))
    if (grows) growing.push(`${place} (${sizes.join(', ')}, ${size})`)
  }
  return growing
}

function measure(value: unknown, place: string, sizes: Map<string, number>): void {
  if (typeof value === 'number') raise(sizes, place, Math.abs(value))
  else if (typeof value === 'string') raise(sizes, `length of ${place}`, value.length)
  else if (isList(value)) {
    raise(sizes, `length of ${place}`, value.length)
    for (const part of value) measure(part, `${place}[…]`, sizes)
  } else if (isRecord(value)) {
    const entries = Object.entries(value)
    if (place !== '') raise(sizes, `entries of ${place}`, entries.length)
    for (const [key, part] of entries) measure(part, place === '' ? key : `${place}.${key}`, sizes)
  }
}

function raise(sizes: Map<string, number>, place: string, size: number): void {
  sizes.set(place, Math.max(sizes.get(place) ?? 0, size))
}
