import { check, type CheckOptions } from '../exploration/index.js'
import type { NodeDefinition } from '../simulation/index.js'

export async function runCheck<Node extends NodeDefinition, Input>(options: CheckOptions<Node, Input>): Promise<void> {
  await check(options)
}
