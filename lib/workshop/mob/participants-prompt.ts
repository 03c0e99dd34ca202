import { createInterface } from 'node:readline/promises'
import { peopleIn } from './plan.js'

/** Who they are when nobody says it. */
export const somebody: readonly string[] = ['Person 1', 'Person 2', 'Person 3']

/**
 * Asks on the terminal who takes part. Enter alone means {@link somebody}.
 *
 * @returns undefined when the question was left with Ctrl-C or Ctrl-D.
 * @throws ExplainedError for fewer than two names.
 */
export async function askForPeople(): Promise<readonly string[] | undefined> {
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await new Promise<string | undefined>((resolve, reject) => {
      asking.once('close', () => resolve(undefined))
      asking.question('Who is here? Names with commas between them, the first driver first: ').then(resolve, reject)
    })
    if (answer === undefined) process.stdout.write('\n')
    return answer === undefined ? undefined : answer.trim() === '' ? somebody : peopleIn(answer)
  } finally {
    asking.close()
  }
}
