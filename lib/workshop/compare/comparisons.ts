/** What `npm run compare` can compare. */
export const comparisons: readonly string[] = ['deduplication', 'distribution']
