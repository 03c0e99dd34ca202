import type { Json } from '../simulation/trace.js'

/** A value on one line, the way one would write it in TypeScript: `{ car: 'mini', paid: true, parts: [1, 2] }`. */
export function inline(value: Json): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(inline).join(', ')}]`
  const fields = Object.entries(value).map(([key, field]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : inline(key)}: ${inline(field)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** `Array.isArray` does not know readonly arrays. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
