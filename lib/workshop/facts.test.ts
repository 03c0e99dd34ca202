import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { editedFiles } from './attendee-files.js'
import { listExercises, solutionFolder, type Exercise } from './exercises.js'
import { copyWorkshop } from './fixtures/copy.js'

// The names by which the solutions' READMEs call the products that they make claims about.
const products = [
  ...['Service Bus', 'Cosmos DB', 'SQS', 'DynamoDB', 'EC2', 'Amazon S3', 'RabbitMQ', 'Kafka', 'NATS', 'PostgreSQL', 'MongoDB', 'Redis', 'Riak', 'Cassandra'],
  ...['KurrentDB', 'Marten', 'NServiceBus', 'MassTransit', 'Wolverine', 'Temporal', 'Debezium', 'CloudEvents', 'Task.Run'],
  ...['Stripe', 'Checkout.com', 'TrueLayer', 'PayPal', 'QuickCheck', 'fast-check', 'Hypothesis', 'jqwik', 'Jepsen', 'FoundationDB', 'TigerBeetle', 'StrykerJS'],
]

describe.each(listExercises())('the facts of $folder', (exercise) => {
  const facts = textBeside(exercise, 'facts.md')

  test('each say where they are documented', () => {
    const [head, line, ...rows] = facts.split('\n').filter((row) => row.startsWith('|'))
    expect([head, line]).toEqual(['| claim | documented in |', '| --- | --- |'])
    expect(rows.length).toBeGreaterThanOrEqual(5)
    for (const row of rows) expect(row).toMatch(/^\| [^|]{5,} \| [^|]{5,} \|$/)
  })

  test('leave out no product that the README names', () => {
    const readme = textBeside(exercise, 'README.md').replace(/\s+/g, ' ')
    expect(products.filter((product) => readme.includes(product) && !facts.includes(product))).toEqual([])
  })

  test('are no file that an attendee edits', () => {
    expect(editedFiles(exercise)).not.toContain('facts.md')
  })
})

describe('a solution with facts.md beside it', () => {
  const workshop = copyWorkshop()
  afterAll(() => workshop.remove())

  test('is shown, taken and given back without it', async () => {
    const exercise = join(workshop.root, 'exercises', 'exercise-01-double-click')
    const before = readdirSync(exercise)
    const solution = join(workshop.root, 'solutions', 'exercise-01-double-click')
    expect(readdirSync(solution)).toContain('facts.md')

    const shown = await workshop.run(['solution', '1'])
    expect(shown.stdout).toContain('+++ solutions/exercise-01-double-click/submit-cart.ts')
    expect(shown.stdout).not.toContain('facts.md')
    for (const { args, source } of [
      { args: ['solution', '1', '--apply'], source: solution },
      { args: ['reset', '1'], source: join(solution, 'starter') },
    ]) {
      expect((await workshop.run(args)).code).toBe(0)
      expect(readFileSync(workshop.file, 'utf8')).toBe(readFileSync(join(source, 'submit-cart.ts'), 'utf8'))
      expect(readdirSync(exercise)).toEqual(before)
    }
  })
})

function textBeside(exercise: Exercise, file: string): string {
  return readFileSync(join(solutionFolder(exercise), file), 'utf8').replaceAll('\r\n', '\n')
}
