import { processName, type Impact, type Operation, type Result, type StepDescription, type World } from '../simulation/index.js'

/** Nobody else reads or writes the database of a service that runs as one process and does one thing at a time. */
export function hasStoreToItself(world: World, operation: Operation): boolean {
  return world.workersOf(operation.process.node.name) === 1 && operation.process.waitsOnlyFor(operation)
}

export function settle(operation: Operation, result: Result): Impact {
  return { kind: 'settle', slot: operation.process.slot, sequence: operation.sequence, result }
}

export function between(world: World, operation: Operation): Pick<StepDescription, 'from' | 'to' | 'task'> {
  return {
    from: world.participant(operation.process.slot),
    to: { name: operation.process.node.name, kind: 'store', instance: 1 },
    task: operation.task.label,
  }
}

export function who(operation: Operation): string {
  return `${processName(operation.process)}, ${operation.task.label},`
}
