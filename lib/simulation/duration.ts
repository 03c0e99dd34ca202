/** `30 s`, `1.5 s`, `200 ms`, `10 min`, `24 h`, `7 days` */
export function describeDuration(duration: number): string {
  const milliseconds = Math.round(duration)
  if (milliseconds < 1000) return `${milliseconds} ms`
  if (milliseconds < 120_000) return `${milliseconds / 1000} s`
  if (milliseconds < 2 * 3_600_000) return `${trim(milliseconds / 60_000)} min`
  if (milliseconds < 48 * 3_600_000) return `${trim(milliseconds / 3_600_000)} h`
  return `${trim(milliseconds / 86_400_000)} days`
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10)
}
