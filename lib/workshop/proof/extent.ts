/**
 * Whether the workshop's proof runs at full length (`npm run proof`). `npm test` leaves out what it takes long to find the same way again: the checks
 * that a near miss passes before the one that rejects it, near misses of an elective that the same check rejects, and one exercise after the other where
 * a few show whether it works.
 */
export const atFullLength = process.env['WORKSHOP_PROOF'] === 'full'
